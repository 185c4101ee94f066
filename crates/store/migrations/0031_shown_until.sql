-- Until when something public is shown, where its showing ends by itself: derived from the journal like the row it stands in.
ALTER TABLE publication ADD COLUMN shown_until BIGINT;
