export { customer } from "../en/customer";
