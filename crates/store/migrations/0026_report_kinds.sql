-- Public reports are told apart by their kind, the procedure by which they were drafted: of an organ and a year several are public.
ALTER TABLE report_public ADD COLUMN kind TEXT NOT NULL DEFAULT '';
UPDATE report_public SET kind = COALESCE((SELECT procedure FROM cases WHERE cases.id = report_public.case_id), '');
