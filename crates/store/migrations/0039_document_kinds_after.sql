/*sqlite:
DROP TABLE document;
ALTER TABLE document_numbered RENAME TO document;
DROP TABLE counter;
ALTER TABLE counter_numbered RENAME TO counter;

CREATE UNIQUE INDEX document_number ON document (doc_number, kind);
*/
