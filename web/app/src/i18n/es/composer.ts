export { composer } from "../en/composer";
