-- A program acts in somebody's name only after they agreed. Those let in before go on; their owners see and can end them.
ALTER TABLE client ADD COLUMN agreed_at BIGINT;
UPDATE client SET agreed_at = made_at;
CREATE INDEX client_account ON client (account, id);
