-- When somebody showed that the address is theirs, or an administrator said so. Until then nobody is kept from it.
ALTER TABLE auth.users ADD COLUMN email_verified_at timestamptz;
UPDATE auth.users SET email_verified_at = created_at WHERE id IN (SELECT user_id FROM auth.identities);

-- Only the SHA-256 of a code is kept. A code is of one purpose, and good once.
CREATE TABLE auth.one_time_codes (
    hash bytea PRIMARY KEY CHECK (length(hash) = 32),
    purpose text NOT NULL CHECK (purpose IN ('invite', 'verify', 'reset')),
    email text NOT NULL CHECK (email = lower(email) AND length(email) BETWEEN 3 AND 254),
    -- An invite is for somebody who is no user yet.
    user_id uuid REFERENCES auth.users CHECK ((user_id IS NULL) = (purpose = 'invite')),
    roles text[] NOT NULL CHECK (roles <@ ARRAY['trader', 'risk', 'operations', 'admin']),
    created_by text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL,
    used_at timestamptz
);
CREATE INDEX one_time_codes_email ON auth.one_time_codes (purpose, email) WHERE used_at IS NULL;
CREATE INDEX one_time_codes_expiry ON auth.one_time_codes (expires_at);
