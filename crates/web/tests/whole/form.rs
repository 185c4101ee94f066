//! The forms of a page, read from its text: which fields they have, and what a visitor would fill in.

/// The attributes of a tag, as they stand.
#[derive(Debug)]
struct Tag {
    name: String,
    attributes: Vec<(String, String)>,
    /// What stands between it and the next tag.
    text: String,
}

impl Tag {
    fn get(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_str())
    }

    fn has(&self, name: &str) -> bool {
        self.get(name).is_some()
    }
}

/// An attribute's text without its escapes.
pub fn plain(text: &str) -> String {
    text.replace("&quot;", "\"").replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
}

fn tags(page: &str) -> Vec<Tag> {
    let mut found = Vec::new();
    for part in page.split('<').skip(1) {
        // A `>` within a quoted attribute ends no tag.
        let mut is_quoted = false;
        let end = part.char_indices().find(|(_, c)| {
            is_quoted ^= *c == '"';
            *c == '>' && !is_quoted
        });
        let Some((end, _)) = end else { continue };
        let (inside, text) = (&part[..end], &part[end + 1..]);
        let name: String = inside.chars().take_while(|c| !c.is_whitespace()).collect();
        let mut rest = inside[name.len()..].trim_start();
        let mut attributes = Vec::new();
        while !rest.is_empty() {
            let key: String = rest.chars().take_while(|c| !c.is_whitespace() && *c != '=').collect();
            rest = &rest[key.len()..];
            let mut value = String::new();
            if let Some(quoted) = rest.strip_prefix("=\"") {
                let (own, after) = quoted.split_once('"').unwrap_or((quoted, ""));
                (value, rest) = (plain(own), after);
            } else if key.is_empty() {
                break;
            }
            attributes.push((key, value));
            rest = rest.trim_start();
        }
        found.push(Tag { name, attributes, text: text.to_owned() });
    }
    found
}

/// Within which form a tag stands: its place among those of the page, and whether it goes to the address.
fn forms(all: &[Tag], path: &str) -> Vec<(usize, usize)> {
    let starts = all.iter().enumerate().filter(|(_, tag)| tag.name == "form");
    let spans = starts.map(|(at, _)| {
        let end = all[at..].iter().position(|tag| tag.name == "/form").map_or(all.len(), |end| at + end);
        (at, end)
    });
    let goes = |(at, end): &(usize, usize)| {
        // A button may send its form elsewhere.
        let by_button = all[*at..*end].iter().any(|tag| tag.get("formaction") == Some(path));
        all[*at].get("action").is_none_or(|to| to == path) || by_button
    };
    spans.filter(goes).collect()
}

/// What the form of a page that goes to an address would send: what stands in it, and what it asks for filled in.
pub fn inputs(page: &str, path: &str) -> Vec<(String, String)> {
    let all = tags(page);
    let Some((start, end)) = forms(&all, path).into_iter().next() else { return Vec::new() };
    let id = all[start].get("id").map(str::to_owned);
    let belongs = |at: usize, tag: &Tag| match tag.get("form") {
        Some(form) => Some(form) == id.as_deref(),
        None => (start..end).contains(&at),
    };
    let mut found: Vec<(String, String)> = Vec::new();
    for (at, tag) in all.iter().enumerate() {
        let Some(name) = tag.get("name").filter(|_| belongs(at, tag)) else { continue };
        let value = match tag.name.as_str() {
            "input" => input(tag, found.iter().any(|(own, _)| own == name)),
            "textarea" => {
                let text = tag.text.trim_start_matches('\n');
                Some(if text.is_empty() && tag.has("required") { WORDS.to_owned() } else { plain(text) })
            }
            "select" => Some(chosen(tag, &all[at + 1..])),
            _ => None,
        };
        // The last of a group of choices that stands checked counts.
        if let Some(value) = value {
            if tag.get("type") == Some("radio") && tag.has("checked") {
                found.retain(|(own, _)| own != name);
            }
            found.push((name.to_owned(), value));
        }
    }
    found
}

const WORDS: &str = "演示文字";

/// What an input sends; nothing where it would not be sent.
fn input(tag: &Tag, is_there: bool) -> Option<String> {
    let value = tag.get("value").unwrap_or_default().to_owned();
    let is_asked = tag.has("required") && value.is_empty();
    match tag.get("type").unwrap_or("text") {
        "file" | "submit" | "button" => None,
        "checkbox" => tag.has("checked").then_some(value),
        "radio" => (tag.has("checked") || tag.has("required") && !is_there).then_some(value),
        "date" if is_asked => Some("2025-03-03".to_owned()),
        "number" if is_asked => Some(tag.get("min").unwrap_or("1").to_owned()),
        "email" if is_asked => Some("somebody@example.org".to_owned()),
        _ if is_asked => Some(WORDS.to_owned()),
        _ => Some(value),
    }
}

/// The option of a choice that stands chosen, else the first that has a value.
fn chosen(select: &Tag, after: &[Tag]) -> String {
    let own = after.iter().take_while(|tag| tag.name != "/select").filter(|tag| tag.name == "option");
    let value = |tag: &Tag| tag.get("value").map_or_else(|| plain(&tag.text), str::to_owned);
    let options: Vec<&Tag> = own.collect();
    let first = if select.has("required") {
        options.iter().find(|tag| !value(tag).is_empty())
    } else {
        options.first()
    };
    options.iter().find(|tag| tag.has("selected")).or(first).map_or_else(String::new, |tag| value(tag))
}
