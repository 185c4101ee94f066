-- What a program of others may do, in words instead of a flag: `read` and `write` are what there was before.
ALTER TABLE client ADD COLUMN scope TEXT NOT NULL DEFAULT 'read';
UPDATE client SET scope = 'write' WHERE may_write <> 0;
ALTER TABLE client DROP COLUMN may_write;
ALTER TABLE client_token ADD COLUMN scope TEXT NOT NULL DEFAULT 'read';
UPDATE client_token SET scope = 'write' WHERE may_write <> 0;
ALTER TABLE client_token DROP COLUMN may_write;
