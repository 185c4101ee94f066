//! The statements of messages: what people are told, and what of it is on its way by which channel.

use crate::value::Statement;

macro_rules! message_columns {
    () => {
        "SELECT account, kind, case_id, about, id, on_day, words, made_at, read_at FROM message "
    };
}
macro_rules! sending_columns {
    () => {
        "SELECT message, channel, account, made_at, next_at, attempts, state, fault, ended_at FROM message_sending "
    };
}
macro_rules! address_columns {
    () => {
        "SELECT account, channel, address, confirmed_at, pending, pending_until, tries, asked_on, asked \
         FROM message_address "
    };
}

statements! {
    MESSAGES:
    MESSAGE_ADD = "INSERT INTO message (account, kind, case_id, about, id, on_day, words, made_at, read_at) ",
        "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, NULL) ON CONFLICT (account, kind, case_id, about) DO NOTHING";
    MESSAGE_GET = message_columns!(), "WHERE id = $1";
    MESSAGES_OF = message_columns!(), "WHERE account = $1 AND (made_at, id) < ($2, $3) ",
        "ORDER BY made_at DESC, id DESC LIMIT $4";
    MESSAGES_UNREAD = "SELECT CAST(count(*) AS BIGINT) FROM ",
        "(SELECT 1 FROM message WHERE account = $1 AND read_at IS NULL LIMIT $2) AS few";
    MESSAGE_READ = "UPDATE message SET read_at = $3 WHERE account = $1 AND id = $2 AND read_at IS NULL";
    MESSAGES_READ = "UPDATE message SET read_at = $2 WHERE account = $1 AND read_at IS NULL AND made_at <= $3";
    MESSAGE_DROP = "DELETE FROM message WHERE account = $1 AND id = $2";
    MESSAGES_CLEAN = "DELETE FROM message WHERE made_at < $1 AND (read_at IS NOT NULL OR account LIKE '%:%')";

    SENDING_ADD = "INSERT INTO message_sending (message, channel, account, made_at, next_at, attempts, state, fault, ",
        "ended_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    SENDING_DUE = sending_columns!(), "WHERE channel = $1 AND next_at <= $2 ORDER BY next_at, message LIMIT $3";
    SENDING_PAGE = sending_columns!(), "WHERE (made_at, message, channel) < ($1, $2, $3) ",
        "AND ($4 = '' OR state = $4) AND ($5 = '' OR channel = $5) ",
        "ORDER BY made_at DESC, message DESC, channel DESC LIMIT $6";
    SENDING_CHANGE = "UPDATE message_sending SET next_at = $3, attempts = $4, state = $5, fault = $6, ended_at = $7 ",
        "WHERE message = $1 AND channel = $2";
    SENDING_SENT = "SELECT CAST(count(*) AS BIGINT) FROM message_sending ",
        "WHERE account = $1 AND channel = $2 AND ended_at >= $3 AND state = 'sent'";
    SENDING_COUNTS = "SELECT channel, state, CAST(count(*) AS BIGINT) FROM message_sending ",
        "GROUP BY channel, state ORDER BY channel, state";
    SENDING_RETRY = "UPDATE message_sending SET next_at = $3, attempts = 0, state = 'waiting', fault = '', ended_at = NULL ",
        "WHERE message = $1 AND channel = $2 AND state = 'failed'";
    SENDINGS_CLEAN = "DELETE FROM message_sending WHERE ended_at < $1";

    ADDRESS_GET = address_columns!(), "WHERE account = $1 AND channel = $2";
    ADDRESSES_OF = address_columns!(), "WHERE account = $1 ORDER BY channel";
    ADDRESSES_PAGE = address_columns!(), "WHERE (account, channel) > ($1, $2) ORDER BY account, channel LIMIT $3";
    ADDRESS_PUT = "INSERT INTO message_address (account, channel, address, confirmed_at, pending, pending_until, tries, ",
        "asked_on, asked) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (account, channel) DO UPDATE SET ",
        "address = excluded.address, confirmed_at = excluded.confirmed_at, pending = excluded.pending, ",
        "pending_until = excluded.pending_until, tries = excluded.tries, asked_on = excluded.asked_on, ",
        "asked = excluded.asked";

    QUIET_GET = "SELECT quiet_from, quiet_until FROM message_quiet WHERE account = $1";
    QUIET_PUT = "INSERT INTO message_quiet (account, quiet_from, quiet_until) VALUES ($1, $2, $3) ",
        "ON CONFLICT (account) DO UPDATE SET quiet_from = excluded.quiet_from, quiet_until = excluded.quiet_until";
    QUIET_DROP = "DELETE FROM message_quiet WHERE account = $1";

    CHANNELS_ALL = "SELECT name, fault, fault_since FROM message_channel ORDER BY name";
    CHANNEL_PUT = "INSERT INTO message_channel (name, fault, fault_since) VALUES ($1, $2, $3) ON CONFLICT (name) ",
        "DO UPDATE SET fault = excluded.fault, fault_since = excluded.fault_since";
}
