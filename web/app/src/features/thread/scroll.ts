/** Where each thread was left, by conversation; absent when it was left at its end. */

export const scrollPlaces: Record<string, number> = {};
