//! The table of operations: what each is called, on what, and who may do it.

use crate::{
    Words,
    access::{
        caller::{Role, Scope},
        relation::Relation,
    },
};

use Relation::{
    Anyone, Applicant, Association, Contractor, Insurer, Leader, Member, Own, Owner, Person, Provider,
    Regulator, SignedIn, Supervisor,
};
use Role::{Admin, Operator, Viewer};
use Scope::{
    CommissionsRead, CommissionsWrite, PoliciesRead, PoliciesWrite, ProjectsRead, ServicePlansRead,
    ServicePlansWrite, ServiceReportsRead, ServiceReportsWrite, VisitsRead,
};

/// Who may do an operation.
#[derive(Debug, Clone, Copy)]
pub struct Grant {
    /// The caller has one of these relations to the record.
    pub relations: &'static [Relation],
    /// At least this role.
    pub role: Role,
    /// The scope with which a token may; none for people only.
    pub scope: Option<Scope>,
}

/// What an operation is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Resource {
    /// Calculations and code lists.
    Calculation,
    /// Login, sessions and passwords.
    Session,
    /// Organisations.
    Organization,
    /// Users.
    User,
    /// API tokens.
    ApiToken,
    /// Notifications: each user's own.
    Notification,
    /// Tasks: what waits for the caller.
    Task,
    /// The caller's calendar, and subscriptions of it.
    Calendar,
    /// Experts of the library.
    Expert,
    /// An expert's conduct, ties and personal data.
    Standing,
    /// Requests that an expert be recused.
    RecusalRequest,
    /// When experts cannot be asked for, and where they are based.
    Unavailability,
    /// Applications for the library.
    ExpertApplication,
    /// Files of such applications.
    ApplicationFile,
    /// Sessions of the council.
    CouncilSession,
    /// Public notices.
    PublicNotice,
    /// Objections to what is on notice.
    Objection,
    /// Projects and their timeline.
    Project,
    /// Policies and endorsements.
    Policy,
    /// Commissions.
    Commission,
    /// Service plans.
    ServicePlan,
    /// Visits, their steps and proposals.
    Visit,
    /// Hazards.
    Hazard,
    /// Attachments.
    Attachment,
    /// Service reports.
    ServiceReport,
}

impl Resource {
    /// Whether its records lie in a district, by which the regulators of an area see them.
    #[must_use]
    pub const fn has_district(self) -> bool {
        matches!(
            self,
            Self::RecusalRequest
                | Self::Project
                | Self::Policy
                | Self::Commission
                | Self::ServicePlan
                | Self::Visit
                | Self::Hazard
                | Self::Attachment
                | Self::ServiceReport
        )
    }

    /// The operation that reads one such record; without it the record is not there.
    #[must_use]
    pub const fn view(self) -> Option<Operation> {
        match self {
            Self::Calculation | Self::Session | Self::Notification | Self::Task | Self::Calendar => None,
            Self::Organization => Some(Operation::GetOrganization),
            Self::User => Some(Operation::GetUser),
            Self::ApiToken => Some(Operation::GetApiToken),
            Self::Expert | Self::Standing => Some(Operation::GetExpert),
            Self::RecusalRequest => Some(Operation::GetRecusalRequest),
            Self::Unavailability => Some(Operation::GetUnavailability),
            Self::ExpertApplication => Some(Operation::GetExpertApplication),
            Self::ApplicationFile => Some(Operation::GetApplicationFile),
            Self::CouncilSession => Some(Operation::GetCouncilSession),
            Self::PublicNotice => Some(Operation::GetPublicNotice),
            Self::Objection => Some(Operation::GetObjection),
            Self::Project => Some(Operation::GetProject),
            Self::Policy => Some(Operation::GetPolicy),
            Self::Commission => Some(Operation::GetCommission),
            Self::ServicePlan => Some(Operation::GetServicePlan),
            Self::Visit => Some(Operation::GetVisit),
            Self::Hazard => Some(Operation::GetHazard),
            Self::Attachment => Some(Operation::GetAttachment),
            Self::ServiceReport => Some(Operation::GetServiceReport),
        }
    }
}

/// `Variant = "operation_id" / "中文" / "English" ["action"] on Resource: [relations], role, scope;`
macro_rules! operations {
    ($($variant:ident = $code:literal / $zh:literal / $en:literal $([$action:literal])? on $resource:ident: $relations:expr, $role:expr, $scope:expr;)+) => {
        /// An operation of the contract, named as its `operationId`.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Operation {
            $(#[doc = concat!("`", $code, "`")] $variant,)+
        }

        impl Operation {
            /// Every operation.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The `operationId`.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self { $(Self::$variant => $code),+ }
            }

            /// What it does, in Chinese.
            #[must_use]
            pub const fn zh(self) -> &'static str {
                match self { $(Self::$variant => $zh),+ }
            }

            /// What it does, in English.
            #[must_use]
            pub const fn en(self) -> &'static str {
                match self { $(Self::$variant => $en),+ }
            }

            /// What it is about.
            #[must_use]
            pub const fn resource(self) -> Resource {
                match self { $(Self::$variant => Resource::$resource),+ }
            }

            /// Its short name in `allowed_actions`; none for what makes, lists or reads.
            #[must_use]
            pub const fn action(self) -> Option<&'static str> {
                const fn first(actions: &[&'static str]) -> Option<&'static str> {
                    actions.first().copied()
                }
                match self { $(Self::$variant => first(&[$($action)?])),+ }
            }

            /// Who may do it.
            #[must_use]
            pub const fn grant(self) -> Grant {
                match self { $(Self::$variant => Grant { relations: $relations, role: $role, scope: $scope }),+ }
            }
        }
    };
}

/// All who have a part in a project.
const PARTIES: &[Relation] =
    &[Contractor, Supervisor, Owner, Insurer, Provider, Leader, Member, Association, Regulator];
/// Who reads what concerns money.
const POLICY_READERS: &[Relation] = &[Contractor, Owner, Insurer, Association, Regulator];
/// Who reads commissions and plans.
const COMMISSION_READERS: &[Relation] = &[Contractor, Owner, Insurer, Provider, Association, Regulator];
/// Who reads applications for the library.
const APPLICATION_READERS: &[Relation] = &[Applicant, Association, Regulator];
/// Who reads reports.
const REPORT_READERS: &[Relation] =
    &[Contractor, Supervisor, Owner, Insurer, Provider, Association, Regulator];
/// Who reads an expert's conduct and ties.
const STANDING_READERS: &[Relation] = &[Association, Member, Regulator];

operations! {
    GetDeadline = "get_deadline" / "工作日期限计算" / "Compute a deadline in working days" on Calculation: &[Anyone], Viewer, None;
    QuoteFee = "quote_fee" / "服务费试算" / "Quote a service fee" on Calculation: &[Anyone], Viewer, None;
    GetReference = "get_reference" / "查看代码表" / "Read the code lists" on Calculation: &[Anyone], Viewer, None;

    Login = "login_user" / "个人登录" / "Log a person in" on Session: &[Anyone], Viewer, None;
    RefreshSession = "refresh_session" / "续期登录" / "Refresh a login" on Session: &[Anyone], Viewer, None;
    Logout = "logout_user" / "退出登录" / "Log the caller out" on Session: &[Person], Viewer, None;
    ListSessions = "list_sessions" / "我的登录会话" / "List the caller's sessions" on Session: &[Person], Viewer, None;
    EndSession = "end_session" / "结束登录会话" / "End one of the caller's sessions" on Session: &[Person], Viewer, None;
    ChangePassword = "change_password" / "修改本人密码" / "Change the caller's password" on Session: &[Person], Viewer, None;
    GetCaller = "get_caller" / "查看当前身份" / "Read the caller" on Session: &[SignedIn], Viewer, None;

    RegisterOrganization = "register_organization" / "登记单位" / "Register an organisation" on Organization: &[Anyone], Viewer, None;
    CreateOrganization = "create_organization" / "协会新建单位" / "Create an organisation" on Organization: &[Association], Admin, None;
    ListOrganizations = "list_organizations" / "单位列表" / "List organisations" on Organization: &[SignedIn], Viewer, Some(ProjectsRead);
    GetOrganization = "get_organization" / "查看单位" / "Read an organisation" on Organization: &[SignedIn], Viewer, Some(ProjectsRead);
    UpdateOrganization = "update_organization" / "修改单位联系人" / "Update an organisation's contact" ["update"] on Organization: &[Own, Association], Admin, None;
    ApproveOrganization = "approve_organization" / "单位审核通过" / "Approve an organisation" ["approve"] on Organization: &[Association], Admin, None;
    RejectOrganization = "reject_organization" / "单位审核不通过" / "Reject an organisation" ["reject"] on Organization: &[Association], Admin, None;
    SuspendOrganization = "suspend_organization" / "暂停单位" / "Suspend an organisation" ["suspend"] on Organization: &[Association], Admin, None;
    ReinstateOrganization = "reinstate_organization" / "恢复单位" / "Reinstate an organisation" ["reinstate"] on Organization: &[Association], Admin, None;

    DeclareAffiliate = "declare_affiliate" / "申报关联单位" / "Declare an affiliate" on Organization: &[Own, Association], Admin, None;
    ListAffiliates = "list_affiliates" / "关联单位列表" / "List an organisation's affiliates" on Organization: &[SignedIn], Viewer, Some(ProjectsRead);
    GetAffiliate = "get_affiliate" / "查看关联单位" / "Read an affiliate" on Organization: &[SignedIn], Viewer, Some(ProjectsRead);
    EndAffiliate = "end_affiliate" / "终止关联关系" / "End an affiliation" on Organization: &[Association], Admin, None;

    CreateUser = "create_user" / "新建用户" / "Create a user" on User: &[Own], Admin, None;
    ListUsers = "list_users" / "用户列表" / "List the users of an organisation" on User: &[Own], Admin, None;
    GetUser = "get_user" / "查看用户" / "Read a user" on User: &[Own], Admin, None;
    UpdateUser = "update_user" / "修改用户" / "Update a user" ["update"] on User: &[Own], Admin, None;
    DisableUser = "disable_user" / "停用用户" / "Disable a user" ["disable"] on User: &[Own], Admin, None;
    EnableUser = "enable_user" / "启用用户" / "Enable a user" ["enable"] on User: &[Own], Admin, None;
    ResetUserPassword = "reset_user_password" / "重置用户密码" / "Reset a user's password" ["reset_password"] on User: &[Own], Admin, None;

    CreateApiToken = "create_api_token" / "新建接口令牌" / "Create an API token" on ApiToken: &[Own], Admin, None;
    ListApiTokens = "list_api_tokens" / "接口令牌列表" / "List API tokens" on ApiToken: &[Own], Admin, None;
    GetApiToken = "get_api_token" / "查看接口令牌" / "Read an API token" on ApiToken: &[Own], Admin, None;
    RotateApiToken = "rotate_api_token" / "更换接口令牌" / "Rotate an API token" ["rotate"] on ApiToken: &[Own], Admin, None;
    RevokeApiToken = "revoke_api_token" / "吊销接口令牌" / "Revoke an API token" ["revoke"] on ApiToken: &[Own], Admin, None;

    ListNotifications = "list_notifications" / "我的消息" / "List the caller's notifications" on Notification: &[Person], Viewer, None;
    GetNotificationCounts = "get_notification_counts" / "未读消息数量" / "Count the caller's unread notifications" on Notification: &[Person], Viewer, None;
    ReadNotification = "read_notification" / "消息标为已读" / "Mark a notification as read" on Notification: &[Person], Viewer, None;
    ReadAllNotifications = "read_all_notifications" / "消息全部标为已读" / "Mark all notifications as read" on Notification: &[Person], Viewer, None;

    GetNotificationSettings = "get_notification_settings" / "消息接收方式" / "Read the caller's notification settings" on Notification: &[Person], Viewer, None;
    ReplaceNotificationSettings = "replace_notification_settings" / "设置消息接收方式" / "Replace the caller's notification settings" on Notification: &[Person], Viewer, None;
    ChangeEmail = "change_email" / "变更本人电子邮箱" / "Change the caller's e-mail address" on Session: &[Person], Viewer, None;
    ConfirmEmail = "confirm_email" / "确认本人电子邮箱" / "Confirm the caller's e-mail address" on Session: &[Person], Viewer, None;
    RemoveEmail = "remove_email" / "删除本人电子邮箱" / "Remove the caller's e-mail address" on Session: &[Person], Viewer, None;
    RequestPasswordReset = "request_password_reset" / "申请重置密码" / "Request a password reset" on Session: &[Anyone], Viewer, None;
    CompletePasswordReset = "complete_password_reset" / "凭验证码重置密码" / "Reset the password with a code" on Session: &[Anyone], Viewer, None;

    ListTasks = "list_tasks" / "我的待办" / "List the caller's tasks" on Task: &[Person], Viewer, None;
    GetTaskCounts = "get_task_counts" / "待办数量" / "Count the caller's tasks" on Task: &[Person], Viewer, None;

    ListCalendarEntries = "list_calendar_entries" / "我的日程" / "List the caller's calendar" on Calendar: &[Person], Viewer, None;
    CreateCalendarSubscription = "create_calendar_subscription" / "新建日历订阅" / "Create a calendar subscription" on Calendar: &[Person], Viewer, None;
    ListCalendarSubscriptions = "list_calendar_subscriptions" / "日历订阅列表" / "List the caller's calendar subscriptions" on Calendar: &[Person], Viewer, None;
    GetCalendarSubscription = "get_calendar_subscription" / "查看日历订阅" / "Read a calendar subscription" on Calendar: &[Person], Viewer, None;
    RevokeCalendarSubscription = "revoke_calendar_subscription" / "取消日历订阅" / "Revoke a calendar subscription" on Calendar: &[Person], Viewer, None;
    GetCalendarFeed = "get_calendar_feed" / "读取订阅的日历" / "Read a subscribed calendar" on Calendar: &[Anyone], Viewer, None;

    AdmitExpert = "admit_expert" / "专家直接入库" / "Admit an expert to the library" on Expert: &[Association], Admin, None;
    ListExperts = "list_experts" / "专家列表" / "List experts" on Expert: &[Association, Provider, Regulator], Viewer, None;
    GetExpert = "get_expert" / "查看专家" / "Read an expert" on Expert: &[Association, Provider, Regulator, Member], Viewer, None;

    SuspendExpert = "suspend_expert" / "暂停专家资格" / "Suspend an expert" ["suspend"] on Expert: &[Association], Operator, None;
    ReinstateExpert = "reinstate_expert" / "恢复专家资格" / "Reinstate an expert" ["reinstate"] on Expert: &[Association], Operator, None;
    RemoveExpert = "remove_expert" / "移出专家库" / "Remove an expert from the library" ["remove"] on Expert: &[Association], Operator, None;

    ChangeEmployer = "change_employer" / "变更专家任职单位" / "Change an expert's employer" on Standing: &[Association, Member], Operator, None;
    RenewRegistration = "renew_registration" / "专家注册延续" / "Renew an expert's registration" on Standing: &[Association], Operator, None;
    CreateConductRecord = "create_conduct_record" / "登记专家处分" / "Record a measure against an expert" on Standing: &[Association], Operator, None;
    ListConductRecords = "list_conduct_records" / "专家处分列表" / "List the measures against an expert" on Standing: STANDING_READERS, Viewer, None;
    GetConductRecord = "get_conduct_record" / "查看专家处分" / "Read a measure against an expert" on Standing: STANDING_READERS, Viewer, None;
    GetConduct = "get_conduct" / "专家履职情况" / "Read an expert's conduct" on Standing: STANDING_READERS, Viewer, None;
    ListDeclines = "list_declines" / "专家答复不能参加的记录" / "List the declines of an expert" on Standing: STANDING_READERS, Viewer, None;
    JustifyDecline = "justify_decline" / "认定不能参加有正当理由" / "Recognise a decline as justified" on Standing: &[Association], Operator, None;
    DeclareTie = "declare_tie" / "申报利害关系" / "Declare a tie" on Standing: &[Association, Member], Operator, None;
    ListTies = "list_ties" / "专家利害关系列表" / "List an expert's ties" on Standing: STANDING_READERS, Viewer, None;
    GetTie = "get_tie" / "查看利害关系" / "Read a tie" on Standing: STANDING_READERS, Viewer, None;
    EndTie = "end_tie" / "终止利害关系" / "End a tie" on Standing: &[Association], Operator, None;
    UnmaskExpert = "unmask_expert" / "查看专家完整身份信息" / "Read an expert's personal data in full" on Standing: &[Association], Operator, None;
    ExportExpert = "export_expert" / "导出本人信息" / "Export the expert's own data" on Standing: &[Member], Operator, None;

    CreateRecusalRequest = "create_recusal_request" / "申请专家回避" / "Request the recusal of an expert" on RecusalRequest: &[Own], Operator, None;
    ListRecusalRequests = "list_recusal_requests" / "回避申请列表" / "List recusal requests" on RecusalRequest: &[Own, Association, Regulator], Viewer, None;
    GetRecusalRequest = "get_recusal_request" / "查看回避申请" / "Read a recusal request" on RecusalRequest: &[Own, Association, Regulator], Viewer, None;
    UpholdRecusalRequest = "uphold_recusal_request" / "准予回避" / "Uphold a recusal request" ["uphold"] on RecusalRequest: &[Association], Operator, None;
    DismissRecusalRequest = "dismiss_recusal_request" / "不予回避" / "Dismiss a recusal request" ["dismiss"] on RecusalRequest: &[Association], Operator, None;
    GetExpertBase = "get_expert_base_location" / "查看专家常驻地点" / "Read an expert's base location" on Unavailability: &[Association, Member], Viewer, None;
    SetExpertBase = "set_expert_base_location" / "设置专家常驻地点" / "Set an expert's base location" on Unavailability: &[Member], Operator, None;
    CreateUnavailability = "create_unavailability" / "登记不可服务时间" / "Record an unavailability" on Unavailability: &[Member], Operator, None;
    ListUnavailabilities = "list_unavailabilities" / "不可服务时间列表" / "List an expert's unavailabilities" on Unavailability: &[Association, Provider, Member], Viewer, None;
    GetUnavailability = "get_unavailability" / "查看不可服务时间" / "Read an unavailability" on Unavailability: &[Association, Provider, Member], Viewer, None;
    ReplaceUnavailability = "replace_unavailability" / "修改不可服务时间" / "Replace an unavailability" ["replace"] on Unavailability: &[Member], Operator, None;
    RemoveUnavailability = "remove_unavailability" / "撤销不可服务时间" / "Remove an unavailability" ["remove"] on Unavailability: &[Member], Operator, None;
    ListExpertDirectory = "list_expert_directory" / "专家名录" / "List the public expert directory" on Expert: &[Anyone], Viewer, None;

    RegisterApplicant = "register_applicant" / "申请人注册" / "Register an applicant" on ExpertApplication: &[Anyone], Viewer, None;
    CreateExpertApplication = "create_expert_application" / "新建入库申请" / "Create an expert application" on ExpertApplication: &[Applicant], Operator, None;
    ListExpertApplications = "list_expert_applications" / "入库申请列表" / "List expert applications" on ExpertApplication: APPLICATION_READERS, Viewer, None;
    GetExpertApplication = "get_expert_application" / "查看入库申请" / "Read an expert application" on ExpertApplication: APPLICATION_READERS, Viewer, None;
    ListExpertApplicationEvents = "list_expert_application_events" / "入库申请办理记录" / "List the events of an expert application" on ExpertApplication: APPLICATION_READERS, Viewer, None;
    GetExpertApplicationAssessment = "get_expert_application_assessment" / "核对入库资格" / "Assess an expert application" on ExpertApplication: APPLICATION_READERS, Viewer, None;
    UpdateExpertApplication = "update_expert_application" / "修改入库申请" / "Update an expert application" ["update"] on ExpertApplication: &[Applicant], Operator, None;
    SubmitExpertApplication = "submit_expert_application" / "提交入库申请" / "Submit an expert application" ["submit"] on ExpertApplication: &[Applicant], Operator, None;
    WithdrawExpertApplication = "withdraw_expert_application" / "撤回入库申请" / "Withdraw an expert application" ["withdraw"] on ExpertApplication: &[Applicant], Operator, None;
    ReturnExpertApplication = "return_expert_application" / "退回入库申请补正" / "Return an expert application" ["return"] on ExpertApplication: &[Association], Operator, None;
    RejectExpertApplication = "reject_expert_application" / "入库申请不予通过" / "Reject an expert application" ["reject"] on ExpertApplication: &[Association], Operator, None;
    ReviewExpertApplication = "review_expert_application" / "入库申请审核通过" / "Pass an expert application to the council" ["review"] on ExpertApplication: &[Association], Operator, None;
    UnmaskExpertApplication = "unmask_expert_application" / "查看申请人完整身份信息" / "Read an applicant's personal data in full" ["unmask"] on ExpertApplication: &[Association], Operator, None;

    UploadApplicationFile = "upload_application_file" / "上传入库申请材料" / "Upload a file to an expert application" on ApplicationFile: &[Applicant], Operator, None;
    ListApplicationFiles = "list_application_files" / "入库申请材料列表" / "List the files of an expert application" on ApplicationFile: &[Applicant, Association], Viewer, None;
    GetApplicationFile = "get_application_file" / "查看入库申请材料" / "Read the metadata of an application file" on ApplicationFile: &[Applicant, Association], Viewer, None;
    GetApplicationFileContent = "get_application_file_content" / "下载入库申请材料" / "Download an application file" on ApplicationFile: &[Applicant, Association], Viewer, None;

    CreateCouncilSession = "create_council_session" / "新建理事会会议" / "Create a council session" on CouncilSession: &[Association], Operator, None;
    ListCouncilSessions = "list_council_sessions" / "理事会会议列表" / "List council sessions" on CouncilSession: &[Association, Regulator], Viewer, None;
    GetCouncilSession = "get_council_session" / "查看理事会会议" / "Read a council session" on CouncilSession: &[Association, Regulator], Viewer, None;
    ListCouncilSessionApplications = "list_council_session_applications" / "会议表决事项列表" / "List the applications of a council session" on CouncilSession: &[Association, Regulator], Viewer, None;
    UpdateCouncilSession = "update_council_session" / "修改理事会会议" / "Update a council session" ["update"] on CouncilSession: &[Association], Operator, None;
    PutApplicationsToVote = "put_applications_to_vote" / "提交理事会表决" / "Put applications to the vote" ["put_to_vote"] on CouncilSession: &[Association], Operator, None;
    RecordCouncilVotes = "record_council_votes" / "登记理事会表决结果" / "Record the votes of a council session" ["record_votes"] on CouncilSession: &[Association], Operator, None;
    CloseCouncilSession = "close_council_session" / "结束理事会会议" / "Close a council session" ["close"] on CouncilSession: &[Association], Operator, None;
    AdjournCouncilSession = "adjourn_council_session" / "理事会会议休会" / "Adjourn a council session" ["adjourn"] on CouncilSession: &[Association], Operator, None;

    CreatePublicNotice = "create_public_notice" / "发布公示" / "Publish a public notice" on PublicNotice: &[Association], Operator, None;
    ListPublicNotices = "list_public_notices" / "公示列表" / "List public notices" on PublicNotice: &[Anyone], Viewer, None;
    GetPublicNotice = "get_public_notice" / "查看公示" / "Read a public notice" on PublicNotice: &[Anyone], Viewer, None;
    ListPublicNoticeApplications = "list_public_notice_applications" / "公示名单" / "List the applications of a public notice" on PublicNotice: &[Anyone], Viewer, None;

    CreateObjection = "create_objection" / "对公示提出异议" / "Object to an application on notice" on Objection: &[Anyone], Viewer, None;
    ListObjections = "list_objections" / "异议列表" / "List objections" on Objection: &[Association, Regulator], Viewer, None;
    GetObjection = "get_objection" / "查看异议" / "Read an objection" on Objection: &[Association, Regulator], Viewer, None;
    UpholdObjection = "uphold_objection" / "异议成立" / "Uphold an objection" ["uphold"] on Objection: &[Association], Operator, None;
    DismissObjection = "dismiss_objection" / "异议不成立" / "Dismiss an objection" ["dismiss"] on Objection: &[Association], Operator, None;

    CreateProject = "create_project" / "新建项目" / "Create a project" on Project: &[Contractor], Operator, None;
    ListProjects = "list_projects" / "项目列表" / "List projects" on Project: PARTIES, Viewer, Some(ProjectsRead);
    LookUpProject = "look_up_project" / "按编号查找项目" / "Look up a project" on Project: &[Insurer], Operator, Some(PoliciesWrite);
    GetProject = "get_project" / "查看项目" / "Read a project" on Project: PARTIES, Viewer, Some(ProjectsRead);
    GetProjectOverview = "get_project_overview" / "查看项目概况" / "Read how a project stands" on Project: PARTIES, Viewer, Some(ProjectsRead);
    ListProjectEvents = "list_project_events" / "项目时间线" / "Read a project's timeline" on Project: PARTIES, Viewer, Some(ProjectsRead);
    UpdateProject = "update_project" / "修改项目" / "Update a project" ["update"] on Project: &[Contractor], Operator, None;
    RegisterProject = "register_project" / "登记项目" / "Register a project" ["register"] on Project: &[Contractor], Operator, None;
    CancelProject = "cancel_project" / "取消项目" / "Cancel a project" ["cancel"] on Project: &[Contractor], Operator, None;
    SuspendProject = "suspend_project" / "项目停工" / "Suspend a project" ["suspend"] on Project: &[Contractor], Operator, None;
    ResumeProject = "resume_project" / "项目复工" / "Resume a project" ["resume"] on Project: &[Contractor], Operator, None;
    AmendProject = "amend_project" / "更正项目登记信息" / "Amend a registered project" ["amend"] on Project: &[Contractor], Operator, None;
    CompleteProject = "complete_project" / "项目完工" / "Complete a project" ["complete"] on Project: &[Contractor], Operator, None;

    CreatePolicy = "create_policy" / "录入保单" / "Record a policy" on Policy: &[Insurer], Operator, Some(PoliciesWrite);
    CreatePolicies = "create_policies" / "批量录入保单" / "Record many policies" on Policy: &[Insurer], Operator, Some(PoliciesWrite);
    ListPolicies = "list_policies" / "保单列表" / "List policies" on Policy: POLICY_READERS, Viewer, Some(PoliciesRead);
    GetPolicy = "get_policy" / "查看保单" / "Read a policy" on Policy: POLICY_READERS, Viewer, Some(PoliciesRead);
    EndorsePolicy = "endorse_policy" / "保单批改" / "Endorse a policy" ["endorse"] on Policy: &[Insurer], Operator, Some(PoliciesWrite);
    ListPolicyEndorsements = "list_policy_endorsements" / "批单列表" / "List a policy's endorsements" on Policy: POLICY_READERS, Viewer, Some(PoliciesRead);

    CreateCommission = "create_commission" / "新建委托服务单" / "Create a commission" on Commission: &[Insurer], Operator, Some(CommissionsWrite);
    CreateCommissions = "create_commissions" / "批量新建委托服务单" / "Create many commissions" on Commission: &[Insurer], Operator, Some(CommissionsWrite);
    ListCommissions = "list_commissions" / "委托服务单列表" / "List commissions" on Commission: COMMISSION_READERS, Viewer, Some(CommissionsRead);
    GetCommission = "get_commission" / "查看委托服务单" / "Read a commission" on Commission: COMMISSION_READERS, Viewer, Some(CommissionsRead);
    GetCommissionOverview = "get_commission_overview" / "查看委托概况" / "Read how a commission stands" on Commission: COMMISSION_READERS, Viewer, Some(CommissionsRead);
    UpdateCommission = "update_commission" / "修改委托服务单" / "Update a commission" ["update"] on Commission: &[Insurer], Operator, Some(CommissionsWrite);
    SubmitCommission = "submit_commission" / "提交委托服务单" / "Submit a commission" ["submit"] on Commission: &[Insurer], Operator, Some(CommissionsWrite);
    WithdrawCommission = "withdraw_commission" / "撤回委托服务单" / "Withdraw a commission" ["withdraw"] on Commission: &[Insurer], Operator, Some(CommissionsWrite);
    AcceptCommission = "accept_commission" / "接受委托" / "Accept a commission" ["accept"] on Commission: &[Provider], Operator, Some(CommissionsWrite);
    ReturnCommission = "return_commission" / "退回委托" / "Return a commission" ["return"] on Commission: &[Provider], Operator, Some(CommissionsWrite);
    TerminateCommission = "terminate_commission" / "终止委托" / "Terminate a commission" ["terminate"] on Commission: &[Insurer], Operator, Some(CommissionsWrite);

    CreateServicePlan = "create_service_plan" / "编制技术服务方案" / "Create a service plan" on ServicePlan: &[Provider], Operator, Some(ServicePlansWrite);
    ListServicePlans = "list_service_plans" / "技术服务方案列表" / "List service plans" on ServicePlan: COMMISSION_READERS, Viewer, Some(ServicePlansRead);
    GetServicePlan = "get_service_plan" / "查看技术服务方案" / "Read a service plan" on ServicePlan: COMMISSION_READERS, Viewer, Some(ServicePlansRead);
    UpdateServicePlan = "update_service_plan" / "修改技术服务方案" / "Update a service plan" ["update"] on ServicePlan: &[Provider], Operator, Some(ServicePlansWrite);
    SubmitServicePlan = "submit_service_plan" / "提交技术服务方案" / "Submit a service plan" ["submit"] on ServicePlan: &[Provider], Operator, Some(ServicePlansWrite);
    ConfirmServicePlan = "confirm_service_plan" / "确认技术服务方案" / "Confirm a service plan" ["confirm"] on ServicePlan: &[Insurer], Operator, Some(ServicePlansWrite);
    ReturnServicePlan = "return_service_plan" / "退回技术服务方案" / "Return a service plan" ["return"] on ServicePlan: &[Insurer], Operator, Some(ServicePlansWrite);

    ListVisits = "list_visits" / "现场服务列表" / "List visits" on Visit: PARTIES, Viewer, Some(VisitsRead);
    GetVisit = "get_visit" / "查看现场服务" / "Read a visit" on Visit: PARTIES, Viewer, Some(VisitsRead);
    GetVisitGroup = "get_visit_group" / "查看专家组" / "Read a visit's group" on Visit: PARTIES, Viewer, Some(VisitsRead);
    SuggestGroups = "get_group_suggestions" / "推荐专家组" / "Suggest groups for a visit" on Visit: &[Provider, Association], Viewer, None;
    ProposeVisit = "propose_visit" / "提出专家组与服务时间" / "Propose a group and times for a visit" ["propose"] on Visit: &[Provider], Operator, None;
    AgreeVisit = "agree_visit" / "同意服务时间" / "Agree to proposed times of a visit" ["agree"] on Visit: &[Contractor, Member], Operator, None;
    DeclineVisit = "decline_visit" / "答复不能参加" / "Decline the proposed times of a visit" ["decline"] on Visit: &[Contractor, Member], Operator, None;
    RescheduleVisit = "reschedule_visit" / "现场服务改期" / "Reschedule a visit" ["reschedule"] on Visit: &[Provider], Operator, None;
    CancelVisit = "cancel_visit" / "取消现场服务" / "Cancel a visit" ["cancel"] on Visit: &[Provider], Operator, None;
    StartVisit = "start_visit" / "开始现场服务" / "Start a visit" ["start"] on Visit: &[Leader], Operator, None;
    RecordVisitStep = "record_visit_step" / "记录服务程序" / "Record a step of a visit" ["record_step"] on Visit: &[Member], Operator, None;
    IssueRectificationProposal = "issue_rectification_proposal" / "出具整改建议书" / "Issue the rectification proposal" ["issue_rectification_proposal"] on Visit: &[Leader], Operator, None;
    ReceiveRectificationProposal = "receive_rectification_proposal" / "签收整改建议书" / "Acknowledge the rectification proposal" ["receive_rectification_proposal"] on Visit: &[Contractor], Operator, None;
    GetRectificationProposal = "get_rectification_proposal" / "查看整改建议书" / "Read the rectification proposal" on Visit: PARTIES, Viewer, Some(VisitsRead);
    EndVisit = "end_visit" / "结束现场服务" / "End a visit" ["end"] on Visit: &[Leader], Operator, None;
    ListVisitMaterials = "list_visit_materials" / "服务资料清单" / "List the material that a visit requires" on Visit: PARTIES, Viewer, Some(VisitsRead);
    SubmitVisit = "submit_visit" / "提交服务资料" / "Submit a visit's material" ["submit"] on Visit: &[Leader], Operator, None;
    AcceptVisit = "accept_visit" / "服务资料审核通过" / "Accept a visit's material" ["accept"] on Visit: &[Provider], Operator, None;
    ReturnVisit = "return_visit" / "退回服务资料" / "Return a visit's material" ["return"] on Visit: &[Provider], Operator, None;

    CreateHazard = "create_hazard" / "登记隐患" / "Record a hazard" on Hazard: &[Member], Operator, None;
    ListHazards = "list_hazards" / "隐患列表" / "List hazards" on Hazard: PARTIES, Viewer, Some(VisitsRead);
    GetHazard = "get_hazard" / "查看隐患" / "Read a hazard" on Hazard: PARTIES, Viewer, Some(VisitsRead);
    CorrectHazard = "correct_hazard" / "更正隐患" / "Correct a hazard" ["correct"] on Hazard: &[Member], Operator, None;
    AmendHazard = "amend_hazard" / "签收后更正隐患" / "Amend an acknowledged hazard" ["amend"] on Hazard: &[Member], Operator, None;
    AcknowledgeHazard = "acknowledge_hazard" / "签收隐患" / "Acknowledge a hazard" ["acknowledge"] on Hazard: &[Contractor], Operator, None;
    RectifyHazard = "rectify_hazard" / "报告隐患整改完成" / "Report a hazard as rectified" ["rectify"] on Hazard: &[Contractor], Operator, None;
    CommentHazard = "comment_hazard" / "对隐患提出监理意见" / "Comment on a hazard" ["comment"] on Hazard: &[Supervisor], Operator, None;
    CloseHazard = "close_hazard" / "隐患销号" / "Close a hazard" ["close"] on Hazard: &[Leader], Operator, None;
    RejectHazard = "reject_hazard" / "隐患整改复查不通过" / "Reject a rectification" ["reject"] on Hazard: &[Leader], Operator, None;
    ExtendHazard = "extend_hazard" / "延长隐患整改期限" / "Extend a hazard's due date" ["extend"] on Hazard: &[Leader], Operator, None;

    UploadVisitAttachment = "upload_visit_attachment" / "上传服务资料" / "Upload a file to a visit" on Attachment: &[Member], Operator, None;
    UploadHazardAttachment = "upload_hazard_attachment" / "上传隐患资料" / "Upload a file to a hazard" on Attachment: &[Contractor, Member], Operator, None;
    ListAttachments = "list_attachments" / "资料列表" / "List the attachments of a visit" on Attachment: PARTIES, Viewer, Some(VisitsRead);
    GetAttachment = "get_attachment" / "查看资料信息" / "Read the metadata of an attachment" on Attachment: PARTIES, Viewer, Some(VisitsRead);
    GetAttachmentContent = "get_attachment_content" / "下载资料" / "Download an attachment" on Attachment: PARTIES, Viewer, Some(VisitsRead);

    CreateServiceReport = "create_service_report" / "新建技术服务报告" / "Create a service report" on ServiceReport: &[Provider], Operator, Some(ServiceReportsWrite);
    ListServiceReports = "list_service_reports" / "技术服务报告列表" / "List service reports" on ServiceReport: REPORT_READERS, Viewer, Some(ServiceReportsRead);
    GetServiceReport = "get_service_report" / "查看技术服务报告" / "Read a service report" on ServiceReport: REPORT_READERS, Viewer, Some(ServiceReportsRead);
    UpdateServiceReport = "update_service_report" / "修改技术服务报告" / "Update a service report" ["update"] on ServiceReport: &[Provider], Operator, Some(ServiceReportsWrite);
    SubmitServiceReport = "submit_service_report" / "提交技术服务报告" / "Submit a service report" ["submit"] on ServiceReport: &[Provider], Operator, Some(ServiceReportsWrite);
    AcknowledgeServiceReport = "acknowledge_service_report" / "签收技术服务报告" / "Acknowledge a service report" ["acknowledge"] on ServiceReport: &[Insurer], Operator, Some(ServiceReportsWrite);
    ReturnServiceReport = "return_service_report" / "退回技术服务报告" / "Return a service report" ["return"] on ServiceReport: &[Insurer], Operator, Some(ServiceReportsWrite);
}

impl Operation {
    /// Whether it stays open to those whose organisation is not active: their session, themselves, and what they
    /// were told.
    #[must_use]
    pub fn is_self_service(self) -> bool {
        matches!(self.resource(), Resource::Session | Resource::Notification)
    }

    /// Whether anyone may do it, without credentials.
    #[must_use]
    pub fn is_open(self) -> bool {
        self.grant().relations.contains(&Relation::Anyone)
    }

    /// The operation with this `operationId`.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|operation| operation.code() == code)
    }
}

/// What the operation does, as its title says it.
impl From<Operation> for Words {
    fn from(operation: Operation) -> Self {
        Self::new(operation.zh(), operation.en())
    }
}

impl std::fmt::Display for Operation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.code())
    }
}
