//! The parts of the package beside the text: styles, faces, page numbers, relations.

use std::fmt::Write as _;

use quick_xml::escape::escape;

use crate::model::Document;
use crate::sheet::{AREA_MM, CHARACTERS, LINES, Role, twips};

const XML: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";
pub(super) const W: &str = "http://schemas.openxmlformats.org/wordprocessingml/2006/main";
pub(super) const R: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

/// 3号 in half-points, as word processors have it; with the grid 28 of them fit into a line.
pub(super) const BODY: i32 = 32;
/// 2号
const TITLE: i32 = 44;
/// 4号
const FOLIO: i32 = 28;
/// 五号
const TABLE: i32 = 21;

/// The grid's line, in twips: the type area by its lines.
pub(super) const PITCH: i32 = twips(AREA_MM.1) / LINES;

/// What the grid adds to each character, in 1/4096 of a point: the type area by its characters, less their size.
pub(super) const fn character_space() -> i32 {
    let cell = twips(AREA_MM.0) * 4096 / 20 / CHARACTERS;
    cell - BODY / 2 * 4096
}

pub(super) const TYPES: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n\
<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">\
<Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>\
<Default Extension=\"xml\" ContentType=\"application/xml\"/>\
<Override PartName=\"/word/document.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml\"/>\
<Override PartName=\"/word/styles.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.styles+xml\"/>\
<Override PartName=\"/word/settings.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.settings+xml\"/>\
<Override PartName=\"/word/fontTable.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.fontTable+xml\"/>\
<Override PartName=\"/word/footer1.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.footer+xml\"/>\
<Override PartName=\"/word/footer2.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.footer+xml\"/>\
<Override PartName=\"/docProps/core.xml\" ContentType=\"application/vnd.openxmlformats-package.core-properties+xml\"/>\
</Types>";

pub(super) const ROOT: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n\
<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">\
<Relationship Id=\"rId1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument\" Target=\"word/document.xml\"/>\
<Relationship Id=\"rId2\" Type=\"http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties\" Target=\"docProps/core.xml\"/>\
</Relationships>";

pub(super) const SETTINGS: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n\
<w:settings xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\">\
<w:evenAndOddHeaders/><w:drawingGridVerticalSpacing w:val=\"156\"/><w:characterSpacingControl w:val=\"compressPunctuation\"/>\
<w:compat><w:spaceForUL/><w:balanceSingleByteDoubleByteWidth/><w:doNotLeaveBackslashAlone/><w:ulTrailSpace/>\
<w:adjustLineHeightInTable/><w:useFELayout/>\
<w:compatSetting w:name=\"compatibilityMode\" w:uri=\"http://schemas.microsoft.com/office/word\" w:val=\"15\"/></w:compat>\
<w:themeFontLang w:val=\"en-US\" w:eastAsia=\"zh-CN\"/></w:settings>";

pub(super) fn core(document: &Document) -> String {
    let title = document.whole_title();
    let by = document.signed.as_ref().map_or("", |signed| signed.by.as_str());
    format!(
        "{XML}<cp:coreProperties xmlns:cp=\"http://schemas.openxmlformats.org/package/2006/metadata/core-properties\" \
         xmlns:dc=\"http://purl.org/dc/elements/1.1/\"><dc:title>{}</dc:title><dc:creator>{}</dc:creator>\
         <dc:language>zh-CN</dc:language></cp:coreProperties>",
        escape(title.as_str()),
        escape(by)
    )
}

/// The relations of the text; links outside follow from `rId10`.
pub(super) fn relations(links: &[String]) -> String {
    let base = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let mut made = format!(
        "{XML}<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">"
    );
    let own = [
        ("rId1", "styles", "styles.xml"),
        ("rId2", "settings", "settings.xml"),
        ("rId3", "fontTable", "fontTable.xml"),
        ("rId4", "footer", "footer1.xml"),
        ("rId5", "footer", "footer2.xml"),
    ];
    for (id, kind, target) in own {
        let _ = write!(made, "<Relationship Id=\"{id}\" Type=\"{base}/{kind}\" Target=\"{target}\"/>");
    }
    for (at, url) in links.iter().enumerate() {
        let _ = write!(
            made,
            "<Relationship Id=\"rId{}\" Type=\"{base}/hyperlink\" Target=\"{}\" TargetMode=\"External\"/>",
            at + 10,
            escape(url.as_str())
        );
    }
    made.push_str("</Relationships>");
    made
}

/// The faces that the text names, with what stands in for them where they are not at hand.
pub(super) fn fonts() -> String {
    let mut made = format!("{XML}<w:fonts xmlns:w=\"{W}\">");
    let others = [
        (Role::Title, "小标宋体", "roman"),
        (Role::Black, "SimHei", "swiss"),
        (Role::Regular, "KaiTi", "script"),
        (Role::Body, "FangSong", "modern"),
        (Role::Folio, "SimSun", "roman"),
    ];
    for (role, other, family) in others {
        let _ = write!(
            made,
            "<w:font w:name=\"{}\"><w:altName w:val=\"{other}\"/><w:charset w:val=\"86\"/><w:family w:val=\"{family}\"/></w:font>",
            role.office_name()
        );
    }
    made.push_str("</w:fonts>");
    made
}

/// The faces and size of a style or of words.
pub(super) fn characters(role: Role, half_points: i32, red: bool) -> String {
    let name = role.office_name();
    let bold = if role == Role::Strong { "<w:b/>" } else { "" };
    let color = if red { "<w:color w:val=\"E60012\"/>" } else { "" };
    let latin = if role == Role::Folio { "宋体" } else { "Times New Roman" };
    format!(
        "<w:rPr><w:rFonts w:ascii=\"{latin}\" w:hAnsi=\"{latin}\" w:eastAsia=\"{name}\" w:cs=\"Times New Roman\"/>\
         {bold}{color}<w:sz w:val=\"{half_points}\"/><w:szCs w:val=\"{half_points}\"/></w:rPr>"
    )
}

pub(super) fn styles() -> String {
    let exact = format!("<w:spacing w:before=\"0\" w:after=\"0\" w:line=\"{PITCH}\" w:lineRule=\"exact\"/>");
    let indent = format!("<w:ind w:firstLineChars=\"200\" w:firstLine=\"{}\"/>", BODY * 20);
    let mut made = format!(
        "{XML}<w:styles xmlns:w=\"{W}\"><w:docDefaults><w:rPrDefault>{}</w:rPrDefault><w:pPrDefault/></w:docDefaults>\
         <w:style w:type=\"paragraph\" w:default=\"1\" w:styleId=\"Normal\"><w:name w:val=\"Normal\"/><w:qFormat/>\
         <w:pPr><w:widowControl w:val=\"0\"/>{exact}<w:jc w:val=\"both\"/></w:pPr>{}</w:style>",
        characters(Role::Body, BODY, false)
            .replace("</w:rPr>", "<w:lang w:val=\"en-US\" w:eastAsia=\"zh-CN\"/></w:rPr>"),
        characters(Role::Body, BODY, false)
    );
    let mut style = |id: &str, name: &str, paragraph: &str, words: &str| {
        let _ = write!(
            made,
            "<w:style w:type=\"paragraph\" w:styleId=\"{id}\"><w:name w:val=\"{name}\"/><w:basedOn w:val=\"Normal\"/>\
             <w:qFormat/><w:pPr>{paragraph}</w:pPr>{words}</w:style>"
        );
    };
    style("Text", "公文正文", &indent, "");
    style("Title", "Title", "<w:jc w:val=\"center\"/>", &characters(Role::Title, TITLE, false));
    style("Mark", "发文机关标志", "<w:jc w:val=\"center\"/>", "");
    style("Number", "发文字号", "<w:jc w:val=\"center\"/>", "");
    style("Seal", "署名和日期", "<w:keepNext/><w:jc w:val=\"right\"/>", "");
    style("Folio", "页码", "", &characters(Role::Folio, FOLIO, false));
    let single = format!(
        "<w:snapToGrid w:val=\"0\"/><w:spacing w:before=\"40\" w:after=\"40\" w:line=\"{}\" w:lineRule=\"exact\"/><w:jc w:val=\"left\"/>",
        PITCH / 2
    );
    style("Cell", "表格文字", &single, &characters(Role::Body, TABLE, false));
    style("CellHead", "表格栏目", &single, &characters(Role::Black, TABLE, false));
    for level in 1..=4u8 {
        let outline = format!("<w:keepNext/>{indent}<w:outlineLvl w:val=\"{}\"/>", level - 1);
        let words = characters(Role::of_heading(level), BODY, false);
        style(&format!("Heading{level}"), &format!("heading {level}"), &outline, &words);
    }
    made.push_str("</w:styles>");
    made
}

/// The page number: on odd pages a character from the right, on even pages a character from the left.
pub(super) fn footer(is_even: bool) -> String {
    let place = if is_even {
        "<w:ind w:leftChars=\"100\" w:left=\"280\"/><w:jc w:val=\"left\"/>"
    } else {
        "<w:ind w:rightChars=\"100\" w:right=\"280\"/><w:jc w:val=\"right\"/>"
    };
    let words = characters(Role::Folio, FOLIO, false);
    let dash = format!("<w:r>{words}<w:t>—</w:t></w:r>");
    format!(
        "{XML}<w:ftr xmlns:w=\"{W}\"><w:p><w:pPr><w:pStyle w:val=\"Folio\"/><w:snapToGrid w:val=\"0\"/>\
         <w:spacing w:line=\"{FOLIO}0\" w:lineRule=\"exact\"/>{place}</w:pPr>{dash}\
         <w:r>{words}<w:fldChar w:fldCharType=\"begin\"/></w:r><w:r>{words}<w:instrText xml:space=\"preserve\"> PAGE </w:instrText></w:r>\
         <w:r>{words}<w:fldChar w:fldCharType=\"separate\"/></w:r><w:r>{words}<w:t>{}</w:t></w:r>\
         <w:r>{words}<w:fldChar w:fldCharType=\"end\"/></w:r>{dash}</w:p></w:ftr>",
        if is_even { 2 } else { 1 }
    )
}
