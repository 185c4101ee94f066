//! More done than received, more came than should: 受理…件, 办结…件; 应…, 实…. (先后环节)

use crate::context::{Context, Words};
use crate::finding::{RelationKind, Verdict};
use crate::quantities::Quantity;

const RECEIVED: &[&str] = &[
    "受理",
    "收到",
    "接到",
    "排查",
    "发现",
    "查找",
    "申请",
    "交办",
    "转办",
    "应出庭",
    "应当出庭",
    "应到",
    "应参",
    "应办",
    "应训",
    "应整改",
    "立案",
    "接收",
    "报名",
    "线索",
    "检出",
    "不合格",
];
const DONE: &[&str] = &[
    "成功", "办结", "审结", "化解", "整改", "解决", "答复", "回复", "实际", "实到", "结案", "处理", "处置",
    "核实", "核查", "查实", "查处", "销号",
];
/// Words that explain why more is done than came in.
const CARRIED: &[&str] = &[
    "结转",
    "往年",
    "历年",
    "积案",
    "遗留",
    "上年",
    "旧存",
    "含",
    "同比",
    "增长",
    "下降",
    "累计化解",
    "新增",
    "预防",
];

/// Checks neighbouring numbers of one kind.
pub fn check(context: &mut Context, numbers: &[Quantity]) {
    for quantity in numbers {
        all_done(context, quantity);
    }
    for (index, done) in numbers.iter().enumerate() {
        let earlier = numbers.get(index.saturating_sub(3)..index).unwrap_or(&[]);
        let Some(received) =
            earlier.iter().rev().find(|q| q.is_count() && context.labelled(q, RECEIVED.iter().copied()))
        else {
            continue;
        };
        let comparable = received.is_count() && done.is_count() && received.unit == done.unit;
        let near =
            done.clause - received.clause <= 2 && context.segment_start(done.clause) <= received.clause;
        if !comparable || !near || !received.is_exact() || !done.is_exact() || received.is_coarse() {
            continue;
        }
        if !context.labelled_plainly(done, DONE.iter().copied()) {
            continue;
        }
        let sentence = context.sentence(received.sentence).map_or((0, 0), |s| (s.start, s.end));
        let segment = context.segment_start(received.clause);
        let segment = context.text.clauses.get(segment).map_or(sentence.0, |c| c.start);
        let far = (segment.max(received.start.saturating_sub(80)), sentence.1.min(done.end + 30));
        let end = (done.end..far.1).find(|at| context.chars.at(*at) == ';').unwrap_or(far.1);
        let far = (far.0, end);
        let weak = ["核查", "核实", "处理", "查处"];
        let own = context.labelled(received, DONE.iter().copied().filter(|w| !weak.contains(w)))
            || context.labelled(done, RECEIVED.iter().copied());
        if own || is_carried(context, received, far) {
            continue;
        }
        if same_matter(context, received, done) {
            judge(context, received, done);
        }
    }
}

/// Whether the sentence explains that more is done than came in. What is old in the first number itself explains nothing.
fn is_carried(context: &Context, received: &Quantity, far: (usize, usize)) -> bool {
    let old = ["往年", "历年", "积案", "遗留"];
    let (plain, of_old): (Vec<&str>, Vec<&str>) = CARRIED.iter().partition(|w| !old.contains(w));
    context.chars.has_any(far.0, far.1, plain) || context.chars.has_any(received.end, far.1, of_old)
}

/// Whether the later number counts what the earlier does: its words name nothing else, or share a word with it.
fn same_matter(context: &Context, received: &Quantity, done: &Quantity) -> bool {
    let (start, end) = context.label(done);
    let verbs = ["年内", "全年", "当年", "累计", "调解", "调处", "办理", "出庭", "完成", "到位", "共计"];
    let words =
        DONE.iter().chain(&verbs).fold(context.chars.text(start, end), |words, word| words.replace(word, ""));
    let after = context.chars.text(done.end, done.after.min(done.end + 6));
    let own: Vec<char> =
        words.chars().filter(|c| !"已全部均共的了中其并及时按期".contains(*c)).chain(after.chars()).collect();
    let (from, to) =
        (received.before.max(received.start.saturating_sub(24)), received.after.min(received.end + 12));
    let other = context.chars.text(from, to);
    let han: Vec<String> = own
        .windows(2)
        .filter(|pair| pair.iter().all(|c| crate::chars::is_han(*c)))
        .map(|pair| pair.iter().collect())
        .collect();
    han.is_empty() || han.iter().any(|pair| other.contains(pair.as_str()))
}

/// "116项任务均完成整改": all of them, as the words say.
fn all_done(context: &mut Context, quantity: &Quantity) {
    if !quantity.is_count() || !quantity.is_exact() {
        return;
    }
    let end = quantity.after.min(quantity.end + 14);
    let Some(at) = ["均", "全部", "已全"].iter().find_map(|w| context.chars.find(quantity.end, end, w))
    else {
        return;
    };
    if context.chars.has_any(at, end + 4, ["完成", "办结", "整改", "化解", "答复", "办理完毕", "解决"])
    {
        let figure = context.figure(quantity);
        let words = format!("文字说明全部完成，即{figure}÷{figure}＝100%");
        context.relate(RelationKind::Funnel, Verdict::Agrees, quantity, &[], words);
    }
}

fn judge(context: &mut Context, received: &Quantity, done: &Quantity) {
    let (first, second) = (context.printed(received), context.printed(done));
    if !done.value.exceeds(received.value) {
        context.relate(RelationKind::Funnel, Verdict::Agrees, done, &[received], format!("{second}≤{first}"));
        return;
    }
    let computation = format!("{second}＞{first}");
    context.relate(RelationKind::Funnel, Verdict::Differs, done, &[received], computation.clone());
    let message = format!("后一环节的{second}多于前一环节的{first}");
    context.report(
        "funnel",
        done.start,
        done.end,
        Words::new(message).computed(computation).help("核对两个数；如果包括上年结转的，在句中写明"),
    );
}
