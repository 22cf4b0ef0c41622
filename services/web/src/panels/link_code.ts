const PURPOSES = ["invite", "verify", "reset"] as const;

export interface LinkCode {
  purpose: (typeof PURPOSES)[number];
  code: string;
}

/** The code that a link carries behind its #, where no server sees it: `#reset=…`. */
export function codeOf(hash: string): LinkCode | undefined {
  const [name, code] = hash.replace(/^#/, "").split("=", 2);
  const purpose = PURPOSES.find((known) => known === name);
  return purpose && code && /^[A-Za-z0-9_-]{1,256}$/.test(code) ? { purpose, code } : undefined;
}
