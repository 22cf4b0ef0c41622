-- A disabled user has no session and no key, and gets none.
ALTER TABLE auth.users ADD COLUMN disabled_at timestamptz;

-- Shown to the session's owner, so that they can tell which one is not theirs.
ALTER TABLE auth.sessions
    ADD COLUMN last_used_at timestamptz,
    ADD COLUMN address text NOT NULL DEFAULT '' CHECK (length(address) <= 256),
    ADD COLUMN user_agent text NOT NULL DEFAULT '' CHECK (length(user_agent) <= 256);

-- What a key may do is what its scopes say and its roles and its user's roles grant. The default is for keys that the
-- release before this one makes during an upgrade: with roles they trade, without roles they may nothing.
ALTER TABLE auth.api_keys
    ADD COLUMN scopes text[] NOT NULL DEFAULT ARRAY[
        'profile:read', 'market:read', 'trading:read', 'trading:write', 'watchlists:read', 'watchlists:write', 'risk:read'
    ],
    ADD COLUMN parent_id text REFERENCES auth.api_keys,
    ADD COLUMN expires_at timestamptz,
    ADD COLUMN last_used_at timestamptz,
    ADD COLUMN last_used_address text NOT NULL DEFAULT '' CHECK (length(last_used_address) <= 256);
CREATE INDEX api_keys_parent ON auth.api_keys (parent_id) WHERE parent_id IS NOT NULL;

-- Keys that exist keep what their roles let them do, but for making keys, ending sessions and changing the profile.
UPDATE auth.api_keys SET scopes =
    CASE WHEN cardinality(roles) > 0 THEN ARRAY[
        'profile:read', 'market:read', 'trading:read', 'watchlists:read', 'watchlists:write', 'risk:read'
    ] ELSE '{}' END
    || CASE WHEN 'trader' = ANY(roles) THEN ARRAY['trading:write'] ELSE '{}' END
    || CASE WHEN 'risk' = ANY(roles) THEN ARRAY['risk:read_all', 'risk:write'] ELSE '{}' END
    || CASE WHEN roles && ARRAY['operations', 'admin'] THEN ARRAY['operations:read'] ELSE '{}' END
    || CASE WHEN 'admin' = ANY(roles) THEN ARRAY['users:admin', 'audit:read'] ELSE '{}' END;

-- No foreign keys: an entry outlives what it is about.
CREATE TABLE auth.security_events (
    id uuid PRIMARY KEY,
    event text NOT NULL CHECK (event ~ '^[a-z_]{1,64}$'),
    occurred_at timestamptz NOT NULL,
    actor_id uuid,
    actor_email text NOT NULL,
    credential text NOT NULL,
    user_id uuid,
    email text NOT NULL,
    address text NOT NULL,
    user_agent text NOT NULL,
    details jsonb NOT NULL CHECK (jsonb_typeof(details) = 'object')
);
CREATE INDEX security_events_user ON auth.security_events (user_id, id);
CREATE INDEX security_events_actor ON auth.security_events (actor_id, id);
CREATE INDEX security_events_event ON auth.security_events (event, id);

CREATE FUNCTION auth.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '%.% is append-only', TG_TABLE_SCHEMA, TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON auth.security_events
    FOR EACH ROW EXECUTE FUNCTION auth.refuse_change();
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON auth.security_events
    FOR EACH STATEMENT EXECUTE FUNCTION auth.refuse_change();
