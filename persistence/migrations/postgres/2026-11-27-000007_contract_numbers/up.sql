-- A contract number is one commission's alone among those of its insurer, until that is withdrawn. Of those that have the same number already, the
-- oldest holds it.
ALTER TABLE commissions ADD COLUMN held_contract_number text;
UPDATE commissions SET held_contract_number = trim(contract_number) WHERE id IN (
    SELECT numbered.id FROM (
        SELECT id, row_number() OVER (PARTITION BY insurer_id, trim(contract_number) ORDER BY id) AS place
        FROM commissions WHERE status <> 'withdrawn' AND trim(contract_number) <> ''
    ) AS numbered WHERE numbered.place = 1
);
CREATE UNIQUE INDEX commissions_held_contract_number ON commissions (insurer_id, held_contract_number);
