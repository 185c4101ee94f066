//! The shapes of what the API tells. Their texts are those of its published description, hence in Chinese.

use calendar::Day;
use norms::{Field, FieldType};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::links::{LinkItem, StartedItem};

/// A day as the API writes it.
pub(super) fn text_of(day: Day) -> String {
    day.to_string()
}

/// 标识和名称
#[derive(Debug, Serialize, ToSchema)]
#[schema(title = "标识和名称")]
pub(crate) struct Named {
    /// 标识
    pub id: String,
    /// 名称
    pub name: String,
}

/// 依据
#[derive(Debug, Serialize, ToSchema)]
#[schema(title = "依据")]
pub(crate) struct Cited {
    /// 条文，例如“《行政复议法》第三十条第一款”；没有的为空
    pub cited: String,
    /// 没有核实过原文的依据
    pub unverified: bool,
}

/// 字段：填写什么
#[derive(Debug, Serialize, ToSchema)]
#[schema(title = "字段")]
pub(crate) struct FieldShape {
    /// 标识，也是 record 里的键
    pub id: String,
    /// 名称
    pub name: String,
    /// 种类：text 文字、words 一行文字、date 日期、time 时间、number 数、money 金额（元）、share 百分比、yes_no 是否、choice 单选、
    /// choices 多选、party 当事人（身份证号或者信用代码写在“标识.code”里）、organ 机关名称、officer 人员、place 地点、article 条文、
    /// entry 名册条目、case 案件、file 附件、rows 表格
    pub kind: &'static str,
    /// 必须填写
    pub required: bool,
    /// 个人信息
    pub personal: bool,
    /// 公开时显示
    pub public: bool,
    /// 说明
    pub help: Option<String>,
    /// 可选的值
    pub options: Vec<Named>,
    /// 表格的各列，按次序
    #[schema(no_recursion)]
    pub columns: Vec<FieldShape>,
    /// 文字最多的字数，或者最大的数
    pub max: Option<i64>,
}

impl FieldShape {
    pub fn of(field: &Field) -> Self {
        let options = field.options.iter().map(|(id, name)| Named { id: id.clone(), name: name.clone() });
        Self {
            id: field.id.clone(),
            name: field.name.clone(),
            kind: kind_of(field.kind),
            required: field.required,
            personal: field.personal,
            public: field.public,
            help: field.help.clone(),
            options: options.collect(),
            columns: field.columns.iter().map(Self::of).collect(),
            max: field.max,
        }
    }
}

/// The word of the language of norms for a kind.
fn kind_of(kind: FieldType) -> &'static str {
    FieldType::ALL.iter().find(|(_, own, _)| *own == kind).map_or("text", |(id, ..)| id)
}

/// 程序
#[derive(Debug, Serialize, ToSchema)]
#[schema(title = "程序")]
pub(crate) struct ProcedureItem {
    /// 标识
    pub id: String,
    /// 名称
    pub name: String,
    /// 施行的第一天
    #[schema(format = Date)]
    pub from: String,
    /// 施行的最后一天
    #[schema(format = Date)]
    pub until: Option<String>,
    /// 哪些性质的机关可以办理
    pub held_by: Vec<String>,
    /// 阶段
    pub phases: Vec<String>,
}

/// 程序和它的事项
#[derive(Debug, Serialize, ToSchema)]
#[schema(title = "程序全貌")]
pub(crate) struct ProcedureShape {
    /// 程序
    #[serde(flatten)]
    pub head: ProcedureItem,
    /// 事项
    pub acts: Vec<ActShape>,
}

/// 程序里的一个事项
#[derive(Debug, Serialize, ToSchema)]
#[schema(title = "事项")]
pub(crate) struct ActShape {
    /// 标识
    pub id: String,
    /// 名称
    pub name: String,
    /// 由谁办
    pub by: Vec<String>,
    /// 用它开始一个案件
    pub opens_case: bool,
    /// 填写什么
    pub fields: Vec<FieldShape>,
}

/// 案件列表的一行
#[derive(Debug, Serialize, ToSchema)]
#[schema(title = "案件（简）")]
pub(crate) struct CaseItem {
    /// 标识
    pub id: String,
    /// 案号
    pub number: String,
    /// 标题
    pub title: String,
    /// 程序的名称
    pub procedure: String,
    /// 阶段
    pub phase: String,
    /// 立案的日子
    #[schema(format = Date)]
    pub opened_on: String,
    /// 办结的日子；在办的没有
    #[schema(format = Date)]
    pub closed_on: Option<String>,
}

/// 一页列表
#[derive(Debug, Serialize, ToSchema)]
#[schema(title = "一页")]
pub(crate) struct Page<T: ToSchema> {
    /// 本页
    pub items: Vec<T>,
    /// 下一页从哪里开始：写进参数 after；没有下一页的没有
    pub next: Option<String>,
}

/// 案件：依法可以办、应当办、不得办的事项，和办过的事项
#[derive(Debug, Serialize, ToSchema)]
#[schema(title = "案件")]
pub(crate) struct CaseShape {
    /// 标识
    pub id: String,
    /// 案号
    pub number: String,
    /// 标题
    pub title: String,
    /// 程序
    pub procedure: Named,
    /// 承办机关
    pub organ: String,
    /// 阶段
    pub phase: String,
    /// 立案的日子
    #[schema(format = Date)]
    pub opened_on: String,
    /// 办结的日子
    #[schema(format = Date)]
    pub closed_on: Option<String>,
    /// 版本：办理时写进 If-Match 的就是它
    pub version: u32,
    /// 可以办
    pub may: Vec<MayItem>,
    /// 应当办
    pub must: Vec<MustItem>,
    /// 不得办
    pub must_not: Vec<MustNotItem>,
    /// 办理经过
    pub events: Vec<EventItem>,
    /// 文书
    pub documents: Vec<DocumentItem>,
    /// 已经公开的
    pub public: Vec<PublicItem>,
    /// 移来、移出的关联案件
    pub links: Vec<LinkItem>,
}

/// 可以办的事项
#[derive(Debug, Serialize, ToSchema)]
#[schema(title = "可以办")]
pub(crate) struct MayItem {
    /// 事项
    pub act: Named,
    /// 由谁办
    pub by: Vec<String>,
    /// 由调用方的账号办
    pub mine: bool,
    /// 也是应当办的
    pub owed: bool,
    /// 还要看填写的内容：满足什么条件才可以
    pub depends: Option<String>,
    /// 依据
    pub basis: Cited,
}

/// 应当办的事项
#[derive(Debug, Serialize, ToSchema)]
#[schema(title = "应当办")]
pub(crate) struct MustItem {
    /// 办其中任何一项
    pub any_of: Vec<Named>,
    /// 依据
    pub basis: Cited,
    /// 从哪天起算
    #[schema(format = Date)]
    pub since: String,
    /// 期限
    pub limit: Option<String>,
    /// 最后一天
    #[schema(format = Date)]
    pub last_day: Option<String>,
    /// 还剩几天；负数为超期
    pub days_left: Option<i32>,
    /// 已经超期
    pub overdue: bool,
    /// 正在扣除或者中止
    pub paused: bool,
    /// 到期视为办理的事项
    pub lapse: Option<String>,
    /// 最后一天是怎样算出来的
    pub counted: Vec<String>,
}

/// 不得办的事项
#[derive(Debug, Serialize, ToSchema)]
#[schema(title = "不得办")]
pub(crate) struct MustNotItem {
    /// 事项
    pub act: Named,
    /// 为什么
    pub why: String,
    /// 依据
    pub basis: Cited,
    /// 怎么办
    pub help: String,
}

/// 办过的事项
#[derive(Debug, Serialize, ToSchema)]
#[schema(title = "办理经过")]
pub(crate) struct EventItem {
    /// 在本案里的号
    pub number: u32,
    /// 办理的日子
    #[schema(format = Date)]
    pub on: String,
    /// 记入日志的时间
    pub recorded_at: String,
    /// 种类：办理、期满、更正
    pub kind: String,
    /// 事项
    pub act: Named,
    /// 谁办的
    pub by: String,
    /// 更正的是第几号
    pub corrects: Option<u32>,
    /// 已经被更正
    pub superseded: bool,
    /// 填写的内容
    pub fields: Vec<Labelled>,
    /// 附件
    pub files: Vec<FileItem>,
    /// 这一条的杂凑值（SM3）
    pub hash: String,
    /// 上一条的杂凑值
    pub previous: String,
}

/// 名称和文字
#[derive(Debug, Serialize, ToSchema)]
#[schema(title = "名称和文字")]
pub(crate) struct Labelled {
    /// 名称
    pub label: String,
    /// 文字
    pub text: String,
}

/// 附件
#[derive(Debug, Serialize, ToSchema)]
#[schema(title = "附件（已存）")]
pub(crate) struct FileItem {
    /// 内容的杂凑值（SM3），下载时用
    pub hash: String,
    /// 文件名
    pub name: String,
}

/// 文书
#[derive(Debug, Serialize, ToSchema)]
#[schema(title = "文书")]
pub(crate) struct DocumentItem {
    /// 由第几号事项作出
    pub number: u32,
    /// 名称
    pub name: String,
    /// 文号
    pub doc_number: String,
    /// 日期
    #[schema(format = Date)]
    pub issued_on: String,
}

/// 已经公开的
#[derive(Debug, Serialize, ToSchema)]
#[schema(title = "已公开")]
pub(crate) struct PublicItem {
    /// 标题
    pub title: String,
    /// 由第几号事项公开
    pub number: u32,
    /// 公开的是哪个事项
    pub act: String,
}

/// 办成了
#[derive(Debug, Serialize, ToSchema)]
#[schema(title = "办理结果")]
pub(crate) struct DoneShape {
    /// 案件
    pub case: String,
    /// 案号
    pub case_number: Option<String>,
    /// 在本案里的号
    pub number: u32,
    /// 查询码：凭案号和它可以查办件，只在立案时给一次
    pub receipt: Option<String>,
    /// 这一条的杂凑值（SM3）
    pub hash: String,
    /// 由它移送、立案的案件
    pub started: Vec<StartedItem>,
}

/// 待办
#[derive(Debug, Serialize, ToSchema)]
#[schema(title = "待办")]
pub(crate) struct DueItem {
    /// 案件
    pub case: String,
    /// 案号
    pub number: String,
    /// 标题
    pub title: String,
    /// 程序的名称
    pub procedure: String,
    /// 应当办的，其中任何一项
    pub any_of: Vec<String>,
    /// 最后一天
    #[schema(format = Date)]
    pub last_day: Option<String>,
    /// 还剩几天
    pub days_left: Option<i32>,
    /// 已经超期
    pub overdue: bool,
    /// 快到期
    pub amber: bool,
    /// 依据
    pub cited: String,
}

/// 指标
#[derive(Debug, Serialize, ToSchema)]
#[schema(title = "指标")]
pub(crate) struct FigureItem {
    /// 标识
    pub id: String,
    /// 名称
    pub name: String,
    /// 单位
    pub unit: String,
    /// 程序，或者名册、清单
    pub procedure: Named,
    /// 由名册、清单的条目算得；否则由办理日志算得
    pub of_register: bool,
    /// 数值，十进制文字；没有可除的分母时没有
    pub value: Option<String>,
    /// 背后有几条记录
    pub records: i64,
    /// 比率的分子和分母是哪两个指标
    pub share_of: Option<[String; 2]>,
    /// 落实的措施
    pub measures: Vec<String>,
}

/// 指标背后的一条记录
#[derive(Debug, Serialize, ToSchema)]
#[schema(title = "指标明细")]
pub(crate) struct FigureRecordItem {
    /// 案件；调用方看不到的没有
    pub case: Option<String>,
    /// 案号；调用方看不到的没有
    pub case_number: Option<String>,
    /// 机关
    pub organ: String,
    /// 名册、清单的条目的主键；不是条目的、调用方看不到的没有
    pub key: Option<String>,
    /// 事项在案件里的号；条目为0
    pub number: u32,
    /// 办理的日子
    #[schema(format = Date)]
    pub on: String,
    /// 记入日志的日子
    #[schema(format = Date)]
    pub recorded_on: String,
    /// 计几
    pub count: i64,
    /// 合计的数
    pub total: i64,
}

/// 名册或者清单
#[derive(Debug, Serialize, ToSchema)]
#[schema(title = "名册")]
pub(crate) struct RegisterItem {
    /// 标识
    pub id: String,
    /// 名称
    pub name: String,
    /// 公开
    pub public: bool,
    /// 哪些性质的机关各有一份
    pub kept_by: Vec<String>,
    /// 栏目
    pub fields: Vec<FieldShape>,
}

/// 名册的一页
#[derive(Debug, Serialize, ToSchema)]
#[schema(title = "名册的一页")]
pub(crate) struct RegisterShape {
    /// 名册
    pub register: Named,
    /// 机关
    pub organ: Named,
    /// 哪一天的样子
    #[schema(format = Date)]
    pub on: String,
    /// 看得到的栏目，按次序
    pub columns: Vec<Named>,
    /// 本页的条目
    pub items: Vec<EntryItem>,
    /// 下一页从哪里开始
    pub next: Option<String>,
}

/// 名册的一条
#[derive(Debug, Serialize, ToSchema)]
#[schema(title = "条目")]
pub(crate) struct EntryItem {
    /// 主键
    pub key: String,
    /// 从哪天起
    #[schema(format = Date)]
    pub from: String,
    /// 到哪天止
    #[schema(format = Date)]
    pub until: Option<String>,
    /// 各栏的文字，按栏目的次序
    pub texts: Vec<String>,
}

/// 机关
#[derive(Debug, Serialize, ToSchema)]
#[schema(title = "机关")]
pub(crate) struct OrganItem {
    /// 标识
    pub id: String,
    /// 名称
    pub name: String,
    /// 性质
    pub kind: String,
    /// 区划代码
    pub division: String,
    /// 统一社会信用代码
    pub credit_code: Option<String>,
    /// 上级
    pub parent: Option<String>,
}

/// 公开信息
#[derive(Debug, Serialize, ToSchema)]
#[schema(title = "公开信息（简）")]
pub(crate) struct PublishedItem {
    /// 案件
    pub case: String,
    /// 由第几号事项公开
    pub number: u32,
    /// 公开的是哪个事项
    pub act: String,
    /// 标题
    pub title: String,
    /// 程序的名称
    pub procedure: String,
    /// 机关
    pub organ: String,
    /// 公开的日子
    #[schema(format = Date)]
    pub published_on: String,
}

/// 公开信息的内容，个人信息已经遮盖
#[derive(Debug, Serialize, ToSchema)]
#[schema(title = "公开信息")]
pub(crate) struct PublishedShape {
    /// 哪一条
    #[serde(flatten)]
    pub head: PublishedItem,
    /// 撤下的日子；撤下以后没有内容
    #[schema(format = Date)]
    pub withdrawn_on: Option<String>,
    /// 文号
    pub doc_number: Option<String>,
    /// 公开的依据
    pub cited: String,
    /// 内容
    pub fields: Vec<Labelled>,
}

/// 令牌
#[derive(Debug, Serialize, ToSchema)]
#[schema(title = "令牌")]
pub(crate) struct TokenShape {
    /// 令牌：写在 Authorization: Bearer 后面
    pub access_token: String,
    /// 总是 Bearer
    pub token_type: &'static str,
    /// 多少秒以后过期
    pub expires_in: i64,
    /// 可以做什么：lists 列表，read 查看，submit 提交，read write 查看和办理；限于一个程序的，后面有 procedure: 和程序的标识
    pub scope: String,
}

/// 取得令牌
#[derive(Debug, Deserialize, ToSchema)]
#[schema(title = "取得令牌")]
pub(crate) struct TokenAsked {
    /// 总是 client_credentials
    pub grant_type: GrantType,
    /// 接入程序的编号；写在 Authorization: Basic 里的不写
    #[serde(default)]
    pub client_id: String,
    /// 接入程序的密钥；写在 Authorization: Basic 里的不写
    #[serde(default)]
    pub client_secret: String,
    /// 少要一些的，写 lists、read、submit 或者 read write；不写的，与登记的一样
    #[serde(default)]
    pub scope: String,
}

/// 取得令牌的方式
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(title = "取得令牌的方式")]
pub(crate) enum GrantType {
    ClientCredentials,
}
