-- Which enterprises a case's records name, by credit code: derived from the journal like everything that is no event.
CREATE TABLE case_enterprise (
    code    TEXT NOT NULL,
    case_id TEXT NOT NULL,
    PRIMARY KEY (case_id, code)
) /*sqlite: STRICT, WITHOUT ROWID */;
CREATE INDEX case_enterprise_code ON case_enterprise (code, case_id);
