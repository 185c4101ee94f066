//! The statements of accounts, sessions, programs of others that ask for data, and identities that others vouch for.

use crate::value::Statement;

macro_rules! account_columns {
    () => {
        "SELECT id, login, name, password_hash, organ, rank, number_masked, failed, locked_until, disabled_at, \
         created_at, password_at, must_change, signed_in_at, granted_at, totp, totp_at, totp_step, code_failed \
         FROM account "
    };
}
macro_rules! session_columns {
    () => {
        "SELECT token_hash, account, csrf, created_at, seen_at, expires_at, ends_at, passed, address, agent \
         FROM session "
    };
}
macro_rules! reset_columns {
    () => {
        "SELECT account, asked_at, what, asked_by, reason, key_mark, sealed, outcome, decided_by, decided_at \
         FROM account_reset "
    };
}
macro_rules! client_columns {
    () => {
        "SELECT id, name, account, secret, scope, made_at, made_by, used_at, ended_at, agreed_at FROM client "
    };
}

statements! {
    ACCOUNTS:
    ACCOUNT_ADD = "INSERT INTO account (id, login, name, password_hash, organ, rank, number_masked, failed, ",
        "locked_until, disabled_at, created_at, password_at, must_change, signed_in_at, granted_at, totp, totp_at, ",
        "totp_step, code_failed) ",
        "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)";
    ACCOUNT_UPDATE = "UPDATE account SET login = $2, name = $3, password_hash = $4, organ = $5, rank = $6, ",
        "number_masked = $7, failed = $8, locked_until = $9, disabled_at = $10, created_at = $11, password_at = $12, ",
        "must_change = $13, signed_in_at = $14, granted_at = $15, totp = $16, totp_at = $17, totp_step = $18, ",
        "code_failed = $19 WHERE id = $1";
    ACCOUNT_GET = account_columns!(), "WHERE id = $1";
    ACCOUNT_BY_LOGIN = account_columns!(), "WHERE login = $1";
    ACCOUNTS_OF = account_columns!(), "WHERE organ = $1 ORDER BY login";
    ACCOUNTS_PAGE = account_columns!(), "WHERE login > $1 ORDER BY login LIMIT $2";
    ACCOUNTS_WAITING = account_columns!(),
        "WHERE login > $1 AND granted_at IS NULL AND disabled_at IS NULL ORDER BY login LIMIT $2";
    ACCOUNTS_IDLE = account_columns!(), "WHERE login > $1 AND disabled_at IS NULL AND rank <> 'citizen' ",
        "AND coalesce(signed_in_at, 0) < $3 AND coalesce(granted_at, created_at) < $3 ORDER BY login LIMIT $2";
    ACCOUNTS_RANKED = account_columns!(), "WHERE login > $1 AND rank = $3 ORDER BY login LIMIT $2";

    RESET_ADD = "INSERT INTO account_reset (account, asked_at, what, asked_by, reason, key_mark, sealed, outcome, ",
        "decided_by, decided_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    RESET_DECIDE = "UPDATE account_reset SET outcome = $3, decided_by = $4, decided_at = $5, sealed = NULL ",
        "WHERE account = $1 AND asked_at = $2 AND outcome IS NULL";
    RESETS_WAITING = reset_columns!(), "WHERE outcome IS NULL ORDER BY asked_at, account LIMIT $1";
    RESET_WAITING_OF = reset_columns!(), "WHERE account = $1 AND outcome IS NULL ORDER BY asked_at DESC LIMIT 1";
    RESETS_OF = reset_columns!(), "WHERE account = $1 ORDER BY asked_at DESC LIMIT $2";

    OLD_PASSWORD_ADD = "INSERT INTO old_password (account, place, hash) VALUES ($1, $2, $3)";
    OLD_PASSWORDS = "SELECT place, hash FROM old_password WHERE account = $1 ORDER BY place DESC LIMIT $2";
    OLD_PASSWORD_DROP = "DELETE FROM old_password WHERE account = $1 AND place <= $2";

    RECOVERY_ADD = "INSERT INTO recovery_code (account, hash, used_at) VALUES ($1, $2, NULL)";
    RECOVERY_USE = "UPDATE recovery_code SET used_at = $3 WHERE account = $1 AND hash = $2 AND used_at IS NULL";
    RECOVERY_LEFT = "SELECT CAST(count(*) AS BIGINT) FROM recovery_code WHERE account = $1 AND used_at IS NULL";
    RECOVERY_DROP = "DELETE FROM recovery_code WHERE account = $1";

    SESSION_ADD = "INSERT INTO session (token_hash, account, csrf, created_at, seen_at, expires_at, ends_at, passed, ",
        "address, agent) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    SESSION_GET = session_columns!(), "WHERE token_hash = $1 AND expires_at > $2";
    SESSIONS_OF = session_columns!(), "WHERE account = $1 AND expires_at > $2 ",
        "ORDER BY created_at DESC, token_hash LIMIT $3";
    SESSION_SEEN = "UPDATE session SET seen_at = $2, expires_at = $3 WHERE token_hash = $1";
    SESSION_END = "DELETE FROM session WHERE token_hash = $1";
    SESSION_END_OF = "DELETE FROM session WHERE token_hash = $1 AND account = $2";
    SESSION_END_ALL = "DELETE FROM session WHERE account = $1";
    SESSION_EXPIRE = "DELETE FROM session WHERE expires_at <= $1";

    CLIENT_ADD = "INSERT INTO client (id, name, account, secret, scope, made_at, made_by, used_at, ended_at, agreed_at) ",
        "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    CLIENT_GET = client_columns!(), "WHERE id = $1";
    CLIENTS_PAGE = client_columns!(), "WHERE id > $1 ORDER BY id LIMIT $2";
    CLIENTS_OF = client_columns!(), "WHERE account = $1 AND ended_at IS NULL ORDER BY id";
    CLIENT_AGREED = "UPDATE client SET agreed_at = $3 WHERE id = $1 AND account = $2 AND agreed_at IS NULL AND ended_at IS NULL";
    CLIENT_USED = "UPDATE client SET used_at = $2 WHERE id = $1";
    CLIENT_END = "UPDATE client SET ended_at = $2 WHERE id = $1 AND ended_at IS NULL";

    CLIENT_TOKEN_ADD = "INSERT INTO client_token (hash, client, scope, made_at, ends_at) VALUES ($1, $2, $3, $4, $5)";
    CLIENT_TOKEN_GET = "SELECT client, scope FROM client_token WHERE hash = $1 AND ends_at > $2";
    CLIENT_TOKENS_END = "DELETE FROM client_token WHERE client = $1";
    CLIENT_TOKENS_EXPIRE = "DELETE FROM client_token WHERE ends_at <= $1";

    IDENTITY_PUT = "INSERT INTO outside_identity (issuer, subject, account, bound_at) VALUES ($1, $2, $3, $4) ",
        "ON CONFLICT (issuer, subject) DO UPDATE SET account = excluded.account, bound_at = excluded.bound_at";
    IDENTITY_GET = "SELECT account FROM outside_identity WHERE issuer = $1 AND subject = $2";
    IDENTITY_OF = "SELECT issuer, subject FROM outside_identity WHERE account = $1 ORDER BY issuer, subject";
    IDENTITIES_END = "DELETE FROM outside_identity WHERE account = $1";

    SIGN_ON_ADD = "INSERT INTO sign_on (state, provider, nonce, verifier, visit, next, binds, ends_at) ",
        "VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    SIGN_ON_TAKE = "DELETE FROM sign_on WHERE state = $1 RETURNING provider, nonce, verifier, visit, next, binds, ends_at";
    SIGN_ON_EXPIRE = "DELETE FROM sign_on WHERE ends_at <= $1";
}
