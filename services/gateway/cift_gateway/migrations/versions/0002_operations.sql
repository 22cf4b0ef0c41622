-- A role for those who run the platform: they see its alerts.
ALTER TABLE auth.users DROP CONSTRAINT users_roles_check;
ALTER TABLE auth.users ADD CONSTRAINT users_roles_check CHECK (roles <@ ARRAY['trader', 'risk', 'operations', 'admin']);
ALTER TABLE auth.api_keys DROP CONSTRAINT api_keys_roles_check;
ALTER TABLE auth.api_keys ADD CONSTRAINT api_keys_roles_check CHECK (roles <@ ARRAY['trader', 'risk', 'operations', 'admin']);
