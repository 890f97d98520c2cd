-- A project is found by its construction permit.
CREATE INDEX projects_construction_permit ON projects (construction_permit_number, id) WHERE construction_permit_number IS NOT NULL;
