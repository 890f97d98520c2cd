//! The kinds of records (记录类型).

use crate::vocabulary;

vocabulary! {
    /// Kinds of records that an event or a notification is about.
    pub enum RecordKind {
        Organization = "organization" / "单位" / "Organisation",
        User = "user" / "用户" / "User",
        Session = "session" / "会话" / "Session",
        ApiToken = "api_token" / "令牌" / "API token",
        CalendarSubscription = "calendar_subscription" / "日历订阅" / "Calendar subscription",
        Affiliate = "affiliate" / "关联单位" / "Affiliate",
        Expert = "expert" / "专家" / "Expert",
        ExpertApplication = "expert_application" / "入库申请" / "Application for the library",
        ApplicationFile = "application_file" / "申请文件" / "Application file",
        CouncilSession = "council_session" / "理事会会议" / "Council session",
        PublicNotice = "public_notice" / "公示" / "Public notice",
        Objection = "objection" / "异议" / "Objection",
        Tie = "tie" / "利害关系" / "Tie",
        RecusalRequest = "recusal_request" / "回避申请" / "Recusal request",
        Unavailability = "unavailability" / "不可服务时间" / "Unavailability",
        Project = "project" / "项目" / "Project",
        Policy = "policy" / "保单" / "Policy",
        Commission = "commission" / "委托服务单" / "Commission",
        ServicePlan = "service_plan" / "技术服务方案" / "Service plan",
        Visit = "visit" / "现场服务" / "Visit",
        Hazard = "hazard" / "隐患" / "Hazard",
        Attachment = "attachment" / "服务资料" / "Attachment",
        ServiceReport = "service_report" / "技术服务报告" / "Service report",
    }
}
