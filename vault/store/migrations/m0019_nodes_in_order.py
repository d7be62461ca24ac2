"""The nodes of the log's tree lie in the order in which they come: by the last leaf under each (`last`), then by level.

By level and place, each commit wrote a page for every level, encrypted anew; so it appends to one or two.
"""

SQL = """
CREATE TABLE node_of_tree (
    log INTEGER NOT NULL REFERENCES audit_log, last INTEGER NOT NULL, level INTEGER NOT NULL, hash BLOB NOT NULL,
    PRIMARY KEY (log, last, level)) WITHOUT ROWID;
INSERT INTO node_of_tree SELECT log, ((idx + 1) << level) - 1, level, hash FROM audit_node ORDER BY 1, 2, 3;
DROP TABLE audit_node;
ALTER TABLE node_of_tree RENAME TO audit_node;
"""
