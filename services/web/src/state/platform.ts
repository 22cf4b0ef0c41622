import type { Platform } from "../api/types";
import { Store } from "./store";

/** Which platform this is; undefined until it has said so. */
export const platformStore = new Store<Platform | undefined>(undefined);
