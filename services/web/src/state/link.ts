import type { Link } from "../stream/trade_stream";
import { Store } from "./store";

export const linkStore = new Store<Link>({ status: "connecting", sequence: 0, why: "" });
