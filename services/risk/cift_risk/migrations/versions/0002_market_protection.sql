ALTER TABLE risk.limits ADD COLUMN market_protection_bp integer CHECK (market_protection_bp > 0);
UPDATE risk.limits SET market_protection_bp = 200 WHERE account_id = '' AND symbol = '';
-- What was declared before did not say it, and declared its default.
UPDATE risk.policy SET declared_limits = declared_limits || '{"market_protection_bp": 200}'
WHERE declared_limits IS NOT NULL;
