export { core } from "../en/core";
