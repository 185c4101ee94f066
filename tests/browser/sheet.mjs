// A sheet as an officer's program saves it: an XLSX file with one table of texts.
const HEAD = '<?xml version="1.0" encoding="UTF-8"?>';
const MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const DOC = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const PACKAGE = "http://schemas.openxmlformats.org/package/2006";

function parts(rows) {
  const cell = (text) => `<c t="inlineStr"><is><t>${text}</t></is></c>`;
  const line = (cells) => `<row>${cells.map(cell).join("")}</row>`;
  const kind = "application/vnd.openxmlformats-officedocument.spreadsheetml";
  return {
    "[Content_Types].xml": `<Types xmlns="${PACKAGE}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" ContentType="${kind}.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="${kind}.worksheet+xml"/></Types>`,
    "_rels/.rels": `<Relationships xmlns="${PACKAGE}/relationships"><Relationship Id="r1" Type="${DOC}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
    "xl/workbook.xml": `<workbook xmlns="${MAIN}" xmlns:r="${DOC}"><sheets><sheet name="1" sheetId="1" r:id="r1"/></sheets></workbook>`,
    "xl/_rels/workbook.xml.rels": `<Relationships xmlns="${PACKAGE}/relationships"><Relationship Id="r1" Type="${DOC}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`,
    "xl/worksheets/sheet1.xml": `<worksheet xmlns="${MAIN}"><sheetData>${rows.map(line).join("")}</sheetData></worksheet>`,
  };
}

/** The checksum of ZIP, bit by bit; not every Node has it. */
function crc32(data) {
  let sum = 0xffffffff;
  for (const byte of data) {
    sum ^= byte;
    for (let bit = 0; bit < 8; bit += 1) sum = sum & 1 ? (sum >>> 1) ^ 0xedb88320 : sum >>> 1;
  }
  return (sum ^ 0xffffffff) >>> 0;
}

/** The file of a table, each part of the package stored as it is. */
export function sheet(rows) {
  const [files, listed] = [[], []];
  let offset = 0;
  for (const [name, text] of Object.entries(parts(rows))) {
    const [own, data] = [Buffer.from(name), Buffer.from(HEAD + text)];
    // What the local header and the list of contents say alike: version, flags, method, time, sum, sizes, length of the name.
    const same = Buffer.alloc(26);
    same.writeUInt16LE(20, 0);
    same.writeUInt32LE(crc32(data), 10);
    same.writeUInt32LE(data.length, 14);
    same.writeUInt32LE(data.length, 18);
    same.writeUInt16LE(own.length, 22);
    files.push(Buffer.from("PK\x03\x04", "latin1"), same, own, data);
    const place = Buffer.alloc(14);
    place.writeUInt32LE(offset, 10);
    listed.push(Buffer.from("PK\x01\x02\x14\x00", "latin1"), same, place, own);
    offset += 30 + own.length + data.length;
  }
  const contents = Buffer.concat(listed);
  const end = Buffer.alloc(22);
  end.write("PK\x05\x06", "latin1");
  end.writeUInt16LE(files.length / 4, 8);
  end.writeUInt16LE(files.length / 4, 10);
  end.writeUInt32LE(contents.length, 12);
  end.writeUInt32LE(offset, 16);
  const buffer = Buffer.concat([...files, contents, end]);
  return { name: "权责清单.xlsx", mimeType: "application/octet-stream", buffer };
}
