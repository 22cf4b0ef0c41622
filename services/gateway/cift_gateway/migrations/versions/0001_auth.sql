-- A user owns one trading account. The account is opened after this row is committed: `account_opened_at` tells whether.
CREATE TABLE auth.users (
    id uuid PRIMARY KEY,
    email text NOT NULL UNIQUE CHECK (email = lower(email) AND length(email) BETWEEN 3 AND 254),
    password_hash text NOT NULL,
    roles text[] NOT NULL CHECK (roles <@ ARRAY['trader', 'risk', 'admin']),
    account_id uuid NOT NULL UNIQUE,
    account_opened_at timestamptz,
    settings jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(settings) = 'object'),
    created_at timestamptz NOT NULL DEFAULT now()
);

-- One log-in; its refresh tokens are one family, and end together.
CREATE TABLE auth.sessions (
    id uuid PRIMARY KEY,
    user_id uuid NOT NULL REFERENCES auth.users,
    created_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL,
    revoked_at timestamptz,
    revoked_reason text
);
CREATE INDEX sessions_user ON auth.sessions (user_id);
CREATE INDEX sessions_expiry ON auth.sessions (expires_at);

-- Only the SHA-256 of a token is kept. A token that comes a second time ends its session.
CREATE TABLE auth.refresh_tokens (
    hash bytea PRIMARY KEY CHECK (length(hash) = 32),
    session_id uuid NOT NULL REFERENCES auth.sessions ON DELETE CASCADE,
    created_at timestamptz NOT NULL DEFAULT now(),
    used_at timestamptz
);
CREATE INDEX refresh_tokens_session ON auth.refresh_tokens (session_id);

CREATE TABLE auth.api_keys (
    id text PRIMARY KEY,
    user_id uuid NOT NULL REFERENCES auth.users,
    secret_hash bytea NOT NULL CHECK (length(secret_hash) = 32),
    name text NOT NULL CHECK (length(name) <= 64),
    -- What the key may do is what it and its user both may.
    roles text[] NOT NULL CHECK (roles <@ ARRAY['trader', 'risk', 'admin']),
    created_at timestamptz NOT NULL DEFAULT now(),
    revoked_at timestamptz
);
CREATE INDEX api_keys_user ON auth.api_keys (user_id);

CREATE TABLE auth.watchlists (
    id uuid PRIMARY KEY,
    user_id uuid NOT NULL REFERENCES auth.users,
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 64),
    -- In the order in which their owner keeps them.
    symbols text[] NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (user_id, name)
);
