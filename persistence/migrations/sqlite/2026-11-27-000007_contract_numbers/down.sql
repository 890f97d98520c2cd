DROP INDEX commissions_held_contract_number;
ALTER TABLE commissions DROP COLUMN held_contract_number;
