"""What comes with every read takes a row, and not a row for each thing in it.

The ids of proofs have a table of their own, smaller than that of assertions, which stays (`spent_id`): `id` begins with the
second after which nobody takes the proof (`access.replay`), so that new ones lie together and old ones are a range. A release
names the values that it held itself (`held`, JSON), as they are looked for only when one is erased. That each release has a leaf
of its own is checked where the log is (`grants.without_leaf`).
"""

SQL = """
CREATE TABLE spent_proof (
    id BLOB NOT NULL, client INTEGER NOT NULL REFERENCES client, PRIMARY KEY (id, client)) WITHOUT ROWID;
INSERT OR IGNORE INTO spent_proof (id, client) SELECT substr(hash, 1, 16), client FROM spent_id WHERE kind = 'proof';
DELETE FROM spent_id WHERE kind = 'proof';

ALTER TABLE data_release ADD COLUMN held TEXT NOT NULL DEFAULT '[]';
UPDATE data_release SET held = (SELECT json_group_array(v.value) FROM data_release_value v WHERE v.release = data_release.id);
DROP TABLE data_release_value;
DROP INDEX data_release_leaf;
"""
