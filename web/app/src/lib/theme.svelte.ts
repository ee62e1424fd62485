/** Light, dark or the system's: one attribute on the root, kept in this browser. */

export const THEMES = ["system", "light", "dark"] as const;
export type Theme = (typeof THEMES)[number];

function stored(): Theme {
  const value = localStorage.getItem("theme") as Theme | null;
  return value && THEMES.includes(value) ? value : "system";
}

let chosen = $state<Theme>(stored());

function show(value: Theme): void {
  if (value === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = value;
}
show(stored());

export const theme = {
  get value(): Theme {
    return chosen;
  },
  set(value: Theme): void {
    chosen = value;
    localStorage.setItem("theme", value);
    show(value);
  },
};
