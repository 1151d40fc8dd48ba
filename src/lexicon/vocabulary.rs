//! The closed lists of words that outputs and lexicons use (see the README of `lexicons/`).
//!
//! Each word has an English form, which is stable and used by machines, and a Chinese form for people.

use crate::word::word_enum;

word_enum! {
    /// How far the scam has come.
    Phase {
        /// 无
        None = "none" "无",
        /// 只是咨询或被提醒
        PreContact = "pre_contact" "咨询",
        /// 骗子已联系，未操作
        Contacted = "contacted" "已接触",
        /// 正在共享或转账
        InProgress = "in_progress" "进行中",
        /// 钱或凭证已经失去
        Completed = "completed" "已受损",
        /// 钱已追回
        Recovered = "recovered" "已挽回",
        /// 旧事或已了结
        Historic = "historic" "旧案",
    }
}

word_enum! {
    /// Which list a term belongs to.
    List {
        /// 诈骗
        Scam = "scam" "诈骗",
        /// 情绪
        Distress = "distress" "情绪",
        /// 共情
        Empathy = "empathy" "共情",
        /// 规定动作
        Duty = "duty" "规定动作",
        /// 禁语
        Taboo = "taboo" "禁语",
        /// 结果
        Outcome = "outcome" "结果",
        /// 特殊客群
        Vulnerability = "vulnerability" "特殊客群",
        /// 业务
        Business = "business" "业务",
        /// 语境
        Context = "context" "语境",
    }
}

word_enum! {
    /// The scripts of swindlers.
    ScamType {
        /// 刷单返利
        BrushingRebate = "brushing_rebate" "刷单返利",
        /// 虚假投资理财
        FakeInvestment = "fake_investment" "虚假投资理财",
        /// 虚假购物服务
        FakeShopping = "fake_shopping" "虚假购物服务",
        /// 冒充电商物流客服
        LogisticsRefund = "logistics_refund" "冒充电商物流客服",
        /// 百万保障
        MillionGuarantee = "million_guarantee" "百万保障",
        /// 直播会员
        LiveMembership = "live_membership" "直播会员",
        /// 机票退改签
        FlightRefund = "flight_refund" "机票退改签",
        /// 虚假征信
        FakeCredit = "fake_credit" "虚假征信",
        /// 虚假贷款
        FakeLoan = "fake_loan" "虚假贷款",
        /// 冒充公检法
        ImpersonateAuthority = "impersonate_authority" "冒充公检法",
        /// 留学生学费
        TuitionOverseas = "tuition_overseas" "留学生学费",
        /// 冒充领导熟人
        ImpersonateBoss = "impersonate_boss" "冒充领导熟人",
        /// 冒充亲属
        AiVoiceFamily = "ai_voice_family" "冒充亲属",
        /// 婚恋交友
        Romance = "romance" "婚恋交友",
        /// 游戏交易
        GameTrade = "game_trade" "游戏交易",
        /// 冒充军警采购
        MilitaryProcurement = "military_procurement" "冒充军警采购",
        /// 跑分出租账户
        AccountRental = "account_rental" "跑分出租账户",
        /// 盗刷
        UnauthorisedTxn = "unauthorised_txn" "盗刷",
        /// 中奖
        PrizeLottery = "prize_lottery" "中奖",
        /// 绑架勒索
        KidnapExtortion = "kidnap_extortion" "绑架勒索",
        /// 钓鱼链接/仿冒银行
        Phishing = "phishing" "钓鱼链接/仿冒银行",
    }
}

word_enum! {
    /// The stages of a script, in their usual order.
    Stage {
        /// 由头
        Pretext = "P" "由头",
        /// 利诱
        Lure = "L" "利诱",
        /// 恐吓
        Threat = "T" "恐吓",
        /// 催促
        Urgency = "U" "催促",
        /// 隔离保密
        Isolation = "I" "隔离保密",
        /// 转移渠道
        Channel = "C" "转移渠道",
        /// 套取凭证
        Credential = "K" "套取凭证",
        /// 资金转移
        Money = "M" "资金转移",
        /// 追加收费
        Extraction = "X" "追加收费",
        /// 抗劝
        Resistance = "R" "抗劝",
        /// 醒悟/损失
        Realisation = "W" "醒悟/损失",
    }
}

word_enum! {
    /// Kinds of customer distress.
    DistressKind {
        /// 焦急
        D1 = "D1" "焦急",
        /// 绝望自伤
        D2 = "D2" "绝望自伤",
        /// 丧亲
        D3 = "D3" "丧亲",
        /// 经济困难
        D4 = "D4" "经济困难",
        /// 愤怒投诉
        D5 = "D5" "愤怒投诉",
        /// 迷茫不会操作
        D6 = "D6" "迷茫不会操作",
        /// 羞耻隔离
        D7 = "D7" "羞耻隔离",
        /// 反复
        D8 = "D8" "反复",
        /// 损失惊恐
        D9 = "D9" "损失惊恐",
        /// 声音停顿
        D10 = "D10" "声音停顿",
        /// 缓解感谢
        D11 = "D11" "缓解感谢",
    }
}

word_enum! {
    /// Behaviours of a caring agent.
    EmpathyKind {
        /// 说出感受
        E1 = "E1" "说出感受",
        /// 理解处境
        E2 = "E2" "理解处境",
        /// 主动询问
        E3 = "E3" "主动询问",
        /// 安抚放慢
        E4 = "E4" "安抚放慢",
        /// 倾听
        E5 = "E5" "倾听",
        /// 去自责
        E6 = "E6" "去自责",
        /// 行动承诺
        E7 = "E7" "行动承诺",
        /// 风险提示
        E8 = "E8" "风险提示",
        /// 流程
        E9 = "E9" "流程",
        /// 危机应对
        E10 = "E10" "危机应对",
        /// 尊重
        E11 = "E11" "尊重",
        /// 祝福
        E12 = "E12" "祝福",
        /// 主动关怀
        E13 = "E13" "主动关怀",
        /// 如实预期
        E14 = "E14" "如实预期",
    }
}

word_enum! {
    /// Failings of an agent.
    TabooKind {
        /// 推诿
        N1 = "N1" "推诿",
        /// 冷漠按规定
        N2 = "N2" "冷漠按规定",
        /// 指责
        N3 = "N3" "指责",
        /// 敷衍
        N4 = "N4" "敷衍",
        /// 不耐烦打断
        N5 = "N5" "不耐烦打断",
        /// 机械重复
        N6 = "N6" "机械重复",
        /// 乱承诺
        N7 = "N7" "乱承诺",
        /// 流程无情
        N8 = "N8" "流程无情",
        /// 禁语
        N9 = "N9" "禁语",
    }
}

word_enum! {
    /// Prescribed steps, protective actions and tips.
    DutyKind {
        /// 身份确认
        Identity = "identity" "身份确认",
        /// 交易核实
        Verify = "verify" "交易核实",
        /// 风险提示
        Warn = "warn" "风险提示",
        /// 建议报警
        Police = "police" "建议报警",
        /// 止付
        StopPayment = "stop_payment" "止付",
        /// 冻结
        Freeze = "freeze" "冻结",
        /// 挂失
        ReportLoss = "report_loss" "挂失",
        /// 拦截
        Intercept = "intercept" "拦截",
        /// 限额
        Limit = "limit" "限额",
        /// 退回
        ReturnRequest = "return_request" "退回",
        /// 关闭支付
        DisablePayment = "disable_payment" "关闭支付",
        /// 改密
        ChangePassword = "change_password" "改密",
        /// 退出共享
        Disconnect = "disconnect" "退出共享",
        /// 上报加急
        Escalate = "escalate" "上报加急",
        /// 联系家人
        ContactFamily = "contact_family" "联系家人",
        /// 要核验
        TipVerify = "tip_verify" "要核验",
        /// 要延迟
        TipDelay = "tip_delay" "要延迟",
        /// 要联动
        TipLink = "tip_link" "要联动",
        /// 不点击
        TipNoclick = "tip_noclick" "不点击",
        /// 不共享
        TipNoshare = "tip_noshare" "不共享",
        /// 不沉默
        TipSpeakup = "tip_speakup" "不沉默",
        /// 其他提示
        TipOther = "tip_other" "其他提示",
    }
}

word_enum! {
    /// What came of the call.
    OutcomeKind {
        /// 终止转账
        TransferStopped = "transfer_stopped" "终止转账",
        /// 止付
        StopPayment = "stop_payment" "止付",
        /// 冻结
        Frozen = "frozen" "冻结",
        /// 拦截
        Intercepted = "intercepted" "拦截",
        /// 挂失
        LossReported = "loss_reported" "挂失",
        /// 退回
        Returned = "returned" "退回",
        /// 冲正
        Reversed = "reversed" "冲正",
        /// 已报警
        PoliceReported = "police_reported" "已报警",
        /// 承诺回访
        FollowupPromised = "followup_promised" "承诺回访",
        /// 感谢
        Thanks = "thanks" "感谢",
        /// 情绪平复
        Calmed = "calmed" "情绪平复",
        /// 投诉
        Complaint = "complaint" "投诉",
    }
}

word_enum! {
    /// Customers who need particular care.
    VulnerabilityKind {
        /// 老年
        Elderly = "elderly" "老年",
        /// 丧亲
        Bereaved = "bereaved" "丧亲",
        /// 未成年
        Minor = "minor" "未成年",
        /// 学生
        Student = "student" "学生",
        /// 境外
        Abroad = "abroad" "境外",
        /// 残障
        Disabled = "disabled" "残障",
        /// 患病
        Ill = "ill" "患病",
        /// 独居
        Alone = "alone" "独居",
        /// 困难
        Hardship = "hardship" "困难",
        /// 不识字
        Illiterate = "illiterate" "不识字",
    }
}

word_enum! {
    /// Ordinary business that looks like a script.
    BusinessKind {
        /// 产品
        Product = "product" "产品",
        /// 购房
        Housing = "housing" "购房",
        /// 教育
        Education = "education" "教育",
        /// 公司
        Company = "company" "公司",
        /// 本人账户
        OwnAccount = "own_account" "本人账户",
        /// 出行
        Travel = "travel" "出行",
        /// 平台
        Platform = "platform" "平台",
        /// 公务
        Official = "official" "公务",
        /// 保险
        Insurance = "insurance" "保险",
        /// 游戏
        Game = "game" "游戏",
        /// 家庭
        Family = "family" "家庭",
    }
}

word_enum! {
    /// How a customer frames what is said.
    ContextKind {
        /// 识破拒绝
        Refused = "refused" "识破拒绝",
        /// 已了结
        Closed = "closed" "已了结",
        /// 久远
        Past = "past" "久远",
        /// 他人之事
        ThirdParty = "third_party" "他人之事",
        /// 家人受骗
        FamilyVictim = "family_victim" "家人受骗",
        /// 泛泛而问
        Hypothetical = "hypothetical" "泛泛而问",
        /// 自主正当
        OwnWill = "own_will" "自主正当",
        /// 尚未了结
        Unresolved = "unresolved" "尚未了结",
        /// 确系本行
        HotlineOk = "hotline_ok" "确系本行",
        /// 受人指使
        Instructed = "instructed" "受人指使",
    }
}

/// How far a demanded act has gone, where a term's own words tell: the suffix of a stage, `K+` or `K~`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Deed {
    /// No suffix: the words speak of the act; whether it was done, the context must tell.
    Spoken,
    /// `~`: about to be done.
    About,
    /// `+`: done, or going on now.
    Done,
}

/// The kind of a term: the column `环节/类别`, understood by the term's list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// Stage of a script, and how far its act has gone.
    Stage(Stage, Deed),
    /// Kind of distress.
    Distress(DistressKind),
    /// Caring behaviour.
    Empathy(EmpathyKind),
    /// Failing.
    Taboo(TabooKind),
    /// Prescribed step or protective action.
    Duty(DutyKind),
    /// Outcome.
    Outcome(OutcomeKind),
    /// Vulnerability.
    Vulnerability(VulnerabilityKind),
    /// Innocent look-alike.
    Business(BusinessKind),
    /// Framing.
    Context(ContextKind),
}

impl Kind {
    /// Reads a kind as the given list understands it.
    pub fn parse(list: List, word: &str) -> Option<Kind> {
        match list {
            List::Scam => {
                let (stage, deed) = match (word.strip_suffix('+'), word.strip_suffix('~')) {
                    (Some(stage), _) => (stage, Deed::Done),
                    (_, Some(stage)) => (stage, Deed::About),
                    _ => (word, Deed::Spoken),
                };
                Stage::parse(stage).map(|stage| Kind::Stage(stage, deed))
            }
            List::Distress => DistressKind::parse(word).map(Kind::Distress),
            List::Empathy => EmpathyKind::parse(word).map(Kind::Empathy),
            List::Taboo => TabooKind::parse(word).map(Kind::Taboo),
            List::Duty => DutyKind::parse(word).map(Kind::Duty),
            List::Outcome => OutcomeKind::parse(word).map(Kind::Outcome),
            List::Vulnerability => VulnerabilityKind::parse(word).map(Kind::Vulnerability),
            List::Business => BusinessKind::parse(word).map(Kind::Business),
            List::Context => ContextKind::parse(word).map(Kind::Context),
        }
    }

    /// The number of the kind among those of all lists, however far an act has gone: below 128.
    pub fn number(self) -> usize {
        const DISTRESS: usize = Stage::ALL.len();
        const EMPATHY: usize = DISTRESS + DistressKind::ALL.len();
        const TABOO: usize = EMPATHY + EmpathyKind::ALL.len();
        const DUTY: usize = TABOO + TabooKind::ALL.len();
        const OUTCOME: usize = DUTY + DutyKind::ALL.len();
        const VULNERABILITY: usize = OUTCOME + OutcomeKind::ALL.len();
        const BUSINESS: usize = VULNERABILITY + VulnerabilityKind::ALL.len();
        const CONTEXT: usize = BUSINESS + BusinessKind::ALL.len();
        const { assert!(CONTEXT + ContextKind::ALL.len() <= 128) };
        match self {
            Kind::Stage(kind, _) => kind as usize,
            Kind::Distress(kind) => DISTRESS + kind as usize,
            Kind::Empathy(kind) => EMPATHY + kind as usize,
            Kind::Taboo(kind) => TABOO + kind as usize,
            Kind::Duty(kind) => DUTY + kind as usize,
            Kind::Outcome(kind) => OUTCOME + kind as usize,
            Kind::Vulnerability(kind) => VULNERABILITY + kind as usize,
            Kind::Business(kind) => BUSINESS + kind as usize,
            Kind::Context(kind) => CONTEXT + kind as usize,
        }
    }

    /// The stable English word.
    pub fn as_str(self) -> &'static str {
        match self {
            Kind::Stage(kind, _) => kind.as_str(),
            Kind::Distress(kind) => kind.as_str(),
            Kind::Empathy(kind) => kind.as_str(),
            Kind::Taboo(kind) => kind.as_str(),
            Kind::Duty(kind) => kind.as_str(),
            Kind::Outcome(kind) => kind.as_str(),
            Kind::Vulnerability(kind) => kind.as_str(),
            Kind::Business(kind) => kind.as_str(),
            Kind::Context(kind) => kind.as_str(),
        }
    }

    /// The Chinese word for people.
    pub fn zh(self) -> &'static str {
        match self {
            Kind::Stage(kind, _) => kind.zh(),
            Kind::Distress(kind) => kind.zh(),
            Kind::Empathy(kind) => kind.zh(),
            Kind::Taboo(kind) => kind.zh(),
            Kind::Duty(kind) => kind.zh(),
            Kind::Outcome(kind) => kind.zh(),
            Kind::Vulnerability(kind) => kind.zh(),
            Kind::Business(kind) => kind.zh(),
            Kind::Context(kind) => kind.zh(),
        }
    }

    /// The words that the given list knows, for messages.
    pub fn known(list: List) -> Vec<&'static str> {
        match list {
            List::Scam => Stage::ALL.iter().map(|kind| kind.as_str()).collect(),
            List::Distress => DistressKind::ALL.iter().map(|kind| kind.as_str()).collect(),
            List::Empathy => EmpathyKind::ALL.iter().map(|kind| kind.as_str()).collect(),
            List::Taboo => TabooKind::ALL.iter().map(|kind| kind.as_str()).collect(),
            List::Duty => DutyKind::ALL.iter().map(|kind| kind.as_str()).collect(),
            List::Outcome => OutcomeKind::ALL.iter().map(|kind| kind.as_str()).collect(),
            List::Vulnerability => VulnerabilityKind::ALL.iter().map(|kind| kind.as_str()).collect(),
            List::Business => BusinessKind::ALL.iter().map(|kind| kind.as_str()).collect(),
            List::Context => ContextKind::ALL.iter().map(|kind| kind.as_str()).collect(),
        }
    }
}
