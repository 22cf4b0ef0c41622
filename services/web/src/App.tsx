import { LogIn } from "./panels/LogIn";
import { Terminal } from "./panels/Terminal";
import { sessionStore } from "./state/session";
import { useStore } from "./state/store";

export function App() {
  const { status, why } = useStore(sessionStore);
  if (status === "in") return <Terminal />;
  if (status === "out") return <LogIn why={why} />;
  return <main className="log-in"><p className="soft" role="status">{status === "unreachable" ? `${why || "The platform cannot be reached"}. Trying again…` : "…"}</p></main>;
}
