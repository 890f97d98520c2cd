//! The terms of the measures and of the platform, which no vocabulary holds.

/// A term in both languages, with what it is on the platform and where it is defined.
pub struct Term {
    /// The Chinese term.
    pub zh: &'static str,
    /// The English term.
    pub en: &'static str,
    /// The record, field, code or operation that the term names.
    pub on_the_platform: &'static str,
    /// The article of the measures, or the rule.
    pub rule: &'static str,
}

const fn term(zh: &'static str, en: &'static str, on_the_platform: &'static str, rule: &'static str) -> Term {
    Term { zh, en, on_the_platform, rule }
}

/// The terms of the measures, in the order of their articles.
pub const OF_THE_MEASURES: &[Term] = &[
    term("安全生产责任保险（安责险）", "work safety liability insurance", "`Policy`", "1"),
    term("建设工程质量安全管理协会（协会、质安协会）", "the association", "port `association`", "1"),
    term(
        "事故预防技术服务（技术服务）",
        "accident prevention service (service)",
        "what a `Commission` orders",
        "1",
    ),
    term("服务平台", "the platform", "this API", "2, 16"),
    term("项目登记", "registration of a project", "`register_project`", "2, 4"),
    term("保险机构委托", "commission by the insurer", "`Commission`, `submit_commission`", "3, 4"),
    term("保费总额", "total premium", "`premium_total` of a `Policy`", "3"),
    term("委托合同", "commission contract", "`contract_number` of a `Commission`", "3"),
    term("单个项目据实计算", "computed on actual cost for a single project", "fee mode `actual_cost`", "3"),
    term("技术服务方案", "service plan", "`ServicePlan`", "4"),
    term("确认服务方案", "confirmation of the service plan", "`confirm_service_plan`", "4"),
    term("专家现场技术服务（现场服务）", "visit", "`Visit`", "4, 12"),
    term("技术服务报告", "service report", "`ServiceReport`", "4"),
    term("技术服务内容", "content of the service", "`ServiceCategory`", "6"),
    term("委托服务单", "commission order", "`Commission`", "7"),
    term("频次", "frequency", "`times` of a service line", "7"),
    term("专家库", "expert library (library)", "`Expert`, list `ExpertPool`", "8"),
    term("自愿申报", "voluntary application", "`ExpertApplication`", "8"),
    term("协会审核", "review by the association", "`review_expert_application`", "8"),
    term("理事会会议审议表决", "deliberation and vote of the council", "`CouncilSession`", "8"),
    term("公示", "public notice", "`PublicNotice`", "8"),
    term("异议", "objection", "`Objection`", "8"),
    term("组长库", "leader pool", "pool `leader`", "9"),
    term("组员库", "member pool", "pool `member`", "9"),
    term(
        "技术职称（职称）",
        "technical title (title)",
        "`ProfessionalTitleLevel`, `ProfessionalTitleField`",
        "9",
    ),
    term("注册安全工程师", "registered safety engineer", "`EngineerLevel`, `EngineerClass`", "9"),
    term("安全生产工作经验", "years of safety work", "`work_history` of an expert", "9"),
    term("专家组", "group", "`members` of a `Visit`", "10"),
    term("组长", "leader of the group", "`leader_id` of a `Visit`", "10"),
    term("组员", "member of the group", "`members` of a `Visit`", "10"),
    term("专业（土建、机械、电气）", "specialty (civil, mechanical, electrical)", "`Specialty`", "10"),
    term("确认服务时间", "agreement on the time of the visit", "`propose_visit`, `agree_visit`", "12"),
    term("项目负责人", "project leader of the contractor", "`leader_name` of a `Project`", "12"),
    term("项目回避（回避）", "recusal", "`RecusalRequest`, leaving cause `recused`", "12"),
    term("现场服务程序", "order of a visit", "list `VisitStepName`", "13"),
    term("听取项目介绍", "briefing", "step `briefing`", "13"),
    term("专家分工", "division of work", "step `division_of_work`", "13"),
    term("现场踏勘", "site survey", "step `site_survey`", "13"),
    term("查阅资料", "document review", "step `document_review`", "13"),
    term("整改建议书", "rectification proposal", "`RectificationProposal`", "13"),
    term("图片资料（资料）", "material", "`Attachment`", "14"),
    term("工作日", "working day", "`get_deadline`", "14"),
    term("隐患", "hazard", "`Hazard`", "11, 15"),
    term("重大隐患", "major hazard", "hazard grade `major`", "15"),
    term("整改措施", "measures for rectification", "`measures` of a `Hazard`", "11, 15"),
    term("端口", "port", "list `Port`", "16"),
    term("特色工程加分", "bonus for a project's quality evaluation", "–", "18"),
    term("档案资料", "archive", "–", "19"),
];

/// The terms of the platform.
pub const OF_THE_PLATFORM: &[Term] = &[
    term("保单", "policy", "`Policy`", "A3.1"),
    term("批单、保单批改", "endorsement", "`endorse_policy`", "A3.1"),
    term("服务费上限", "fee cap", "refusal `fee_cap_exceeded`", "A3.1"),
    term("利害关系", "tie", "`TieKind`, `declare_tie`", "A12.2"),
    term("关联单位", "affiliate", "`declare_affiliate`", "A12.2"),
    term("时段", "slot", "`slots` of a proposal", "A12.1"),
    term("答复不能参加", "decline", "`decline_visit`", "A12.1"),
    term("改期", "reschedule", "`reschedule_visit`", "A12.1"),
    term("不可服务时间", "unavailability", "`Unavailability`", "A12.1"),
    term("常驻地点", "base location", "`set_expert_base_location`", "A12.1"),
    term("专家组建议", "suggestion of groups", "`get_group_suggestions`", "A10.1"),
    term("工作日历", "working calendar", "`working-calendars/` of the data directory", "A14.1"),
    term("调休上班日", "make-up working day", "`get_deadline`", "A14.1"),
    term("暂定期限", "provisional deadline", "`provisional`", "A14.1"),
    term("逾期", "late", "`late` of a `Visit`", "A14.1"),
    term("处分", "measure against an expert", "`ConductKind`", "A20.1"),
    term("入库", "admission to the library", "`admit_expert`", "A8.1"),
    term("移出专家库", "removal from the library", "`remove_expert`", "A20.1"),
    term("专家名录", "published directory", "`list_expert_directory`", "A8.1"),
    term("参与关系", "relation, part in a record", "list `Relation`", "A11.3"),
    term("脱敏", "masked", "names, mobile numbers and citizen ids", "A11.3"),
    term("查看身份信息", "unmask", "`unmask_expert`", "A11.3"),
    term("项目时间线", "timeline of a project", "`list_project_events`", "A19.1"),
    term("统一社会信用代码", "unified social credit code", "`unified_social_credit_code`", "A16"),
    term("施工许可证", "construction permit", "`construction_permit_number`", "A4.1"),
    term("销号", "close a hazard", "`close_hazard`", "A15.1"),
];
