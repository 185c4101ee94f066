-- Whose keys signed a root: the SM2 point (65 bytes) and the Ed25519 key (32 bytes). `signature` holds both signatures,
-- 64 bytes each, in the same order.
ALTER TABLE tree_head ADD COLUMN keys BYTEA;

-- The complete subtrees of the Merkle tree over the journal, from 64 events upwards: `place` counts those of a level.
-- Derived from the events' hashes, and checked against them.
CREATE TABLE tree_node (
  level BIGINT NOT NULL,
  place BIGINT NOT NULL,
  hash BYTEA NOT NULL,
  PRIMARY KEY (level, place)
) /*sqlite: STRICT, WITHOUT ROWID */;
