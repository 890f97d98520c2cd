//! The table of operations: what each is called, on what, and who may do it.

use crate::access::{
    caller::{Role, Scope},
    relation::Relation,
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
            Self::Calculation | Self::Session | Self::Notification => None,
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

/// `Variant = "operation_id" ["action"] on Resource: [relations], role, scope;`
macro_rules! operations {
    ($($variant:ident = $code:literal $([$action:literal])? on $resource:ident: $relations:expr, $role:expr, $scope:expr;)+) => {
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
    GetDeadline = "get_deadline" on Calculation: &[Anyone], Viewer, None;
    QuoteFee = "quote_fee" on Calculation: &[Anyone], Viewer, None;
    GetReference = "get_reference" on Calculation: &[Anyone], Viewer, None;

    Login = "login_user" on Session: &[Anyone], Viewer, None;
    RefreshSession = "refresh_session" on Session: &[Anyone], Viewer, None;
    Logout = "logout_user" on Session: &[Person], Viewer, None;
    ListSessions = "list_sessions" on Session: &[Person], Viewer, None;
    EndSession = "end_session" on Session: &[Person], Viewer, None;
    ChangePassword = "change_password" on Session: &[Person], Viewer, None;
    GetCaller = "get_caller" on Session: &[SignedIn], Viewer, None;

    RegisterOrganization = "register_organization" on Organization: &[Anyone], Viewer, None;
    CreateOrganization = "create_organization" on Organization: &[Association], Admin, None;
    ListOrganizations = "list_organizations" on Organization: &[SignedIn], Viewer, Some(ProjectsRead);
    GetOrganization = "get_organization" on Organization: &[SignedIn], Viewer, Some(ProjectsRead);
    UpdateOrganization = "update_organization" ["update"] on Organization: &[Own, Association], Admin, None;
    ApproveOrganization = "approve_organization" ["approve"] on Organization: &[Association], Admin, None;
    RejectOrganization = "reject_organization" ["reject"] on Organization: &[Association], Admin, None;
    SuspendOrganization = "suspend_organization" ["suspend"] on Organization: &[Association], Admin, None;
    ReinstateOrganization = "reinstate_organization" ["reinstate"] on Organization: &[Association], Admin, None;

    DeclareAffiliate = "declare_affiliate" on Organization: &[Own, Association], Admin, None;
    ListAffiliates = "list_affiliates" on Organization: &[SignedIn], Viewer, Some(ProjectsRead);
    GetAffiliate = "get_affiliate" on Organization: &[SignedIn], Viewer, Some(ProjectsRead);
    EndAffiliate = "end_affiliate" on Organization: &[Association], Admin, None;

    CreateUser = "create_user" on User: &[Own], Admin, None;
    ListUsers = "list_users" on User: &[Own], Admin, None;
    GetUser = "get_user" on User: &[Own], Admin, None;
    UpdateUser = "update_user" ["update"] on User: &[Own], Admin, None;
    DisableUser = "disable_user" ["disable"] on User: &[Own], Admin, None;
    EnableUser = "enable_user" ["enable"] on User: &[Own], Admin, None;
    ResetUserPassword = "reset_user_password" ["reset_password"] on User: &[Own], Admin, None;

    CreateApiToken = "create_api_token" on ApiToken: &[Own], Admin, None;
    ListApiTokens = "list_api_tokens" on ApiToken: &[Own], Admin, None;
    GetApiToken = "get_api_token" on ApiToken: &[Own], Admin, None;
    RotateApiToken = "rotate_api_token" ["rotate"] on ApiToken: &[Own], Admin, None;
    RevokeApiToken = "revoke_api_token" ["revoke"] on ApiToken: &[Own], Admin, None;

    ListNotifications = "list_notifications" on Notification: &[Person], Viewer, None;
    ReadNotification = "read_notification" on Notification: &[Person], Viewer, None;

    AdmitExpert = "admit_expert" on Expert: &[Association], Admin, None;
    ListExperts = "list_experts" on Expert: &[Association, Provider, Regulator], Viewer, None;
    GetExpert = "get_expert" on Expert: &[Association, Provider, Regulator, Member], Viewer, None;

    SuspendExpert = "suspend_expert" ["suspend"] on Expert: &[Association], Operator, None;
    ReinstateExpert = "reinstate_expert" ["reinstate"] on Expert: &[Association], Operator, None;
    RemoveExpert = "remove_expert" ["remove"] on Expert: &[Association], Operator, None;

    ChangeEmployer = "change_employer" on Standing: &[Association, Member], Operator, None;
    RenewRegistration = "renew_registration" on Standing: &[Association], Operator, None;
    CreateConductRecord = "create_conduct_record" on Standing: &[Association], Operator, None;
    ListConductRecords = "list_conduct_records" on Standing: STANDING_READERS, Viewer, None;
    GetConductRecord = "get_conduct_record" on Standing: STANDING_READERS, Viewer, None;
    GetConduct = "get_conduct" on Standing: STANDING_READERS, Viewer, None;
    ListDeclines = "list_declines" on Standing: STANDING_READERS, Viewer, None;
    JustifyDecline = "justify_decline" on Standing: &[Association], Operator, None;
    DeclareTie = "declare_tie" on Standing: &[Association, Member], Operator, None;
    ListTies = "list_ties" on Standing: STANDING_READERS, Viewer, None;
    GetTie = "get_tie" on Standing: STANDING_READERS, Viewer, None;
    EndTie = "end_tie" on Standing: &[Association], Operator, None;
    UnmaskExpert = "unmask_expert" on Standing: &[Association], Operator, None;
    ExportExpert = "export_expert" on Standing: &[Member], Operator, None;

    CreateRecusalRequest = "create_recusal_request" on RecusalRequest: &[Own], Operator, None;
    ListRecusalRequests = "list_recusal_requests" on RecusalRequest: &[Own, Association, Regulator], Viewer, None;
    GetRecusalRequest = "get_recusal_request" on RecusalRequest: &[Own, Association, Regulator], Viewer, None;
    UpholdRecusalRequest = "uphold_recusal_request" ["uphold"] on RecusalRequest: &[Association], Operator, None;
    DismissRecusalRequest = "dismiss_recusal_request" ["dismiss"] on RecusalRequest: &[Association], Operator, None;
    GetExpertBase = "get_expert_base_location" on Unavailability: &[Association, Member], Viewer, None;
    SetExpertBase = "set_expert_base_location" on Unavailability: &[Member], Operator, None;
    CreateUnavailability = "create_unavailability" on Unavailability: &[Member], Operator, None;
    ListUnavailabilities = "list_unavailabilities" on Unavailability: &[Association, Provider, Member], Viewer, None;
    GetUnavailability = "get_unavailability" on Unavailability: &[Association, Provider, Member], Viewer, None;
    ReplaceUnavailability = "replace_unavailability" ["replace"] on Unavailability: &[Member], Operator, None;
    RemoveUnavailability = "remove_unavailability" ["remove"] on Unavailability: &[Member], Operator, None;
    ListExpertDirectory = "list_expert_directory" on Expert: &[Anyone], Viewer, None;

    RegisterApplicant = "register_applicant" on ExpertApplication: &[Anyone], Viewer, None;
    CreateExpertApplication = "create_expert_application" on ExpertApplication: &[Applicant], Operator, None;
    ListExpertApplications = "list_expert_applications" on ExpertApplication: APPLICATION_READERS, Viewer, None;
    GetExpertApplication = "get_expert_application" on ExpertApplication: APPLICATION_READERS, Viewer, None;
    ListExpertApplicationEvents = "list_expert_application_events" on ExpertApplication: APPLICATION_READERS, Viewer, None;
    GetExpertApplicationAssessment = "get_expert_application_assessment" on ExpertApplication: APPLICATION_READERS, Viewer, None;
    UpdateExpertApplication = "update_expert_application" ["update"] on ExpertApplication: &[Applicant], Operator, None;
    SubmitExpertApplication = "submit_expert_application" ["submit"] on ExpertApplication: &[Applicant], Operator, None;
    WithdrawExpertApplication = "withdraw_expert_application" ["withdraw"] on ExpertApplication: &[Applicant], Operator, None;
    ReturnExpertApplication = "return_expert_application" ["return"] on ExpertApplication: &[Association], Operator, None;
    RejectExpertApplication = "reject_expert_application" ["reject"] on ExpertApplication: &[Association], Operator, None;
    ReviewExpertApplication = "review_expert_application" ["review"] on ExpertApplication: &[Association], Operator, None;
    UnmaskExpertApplication = "unmask_expert_application" ["unmask"] on ExpertApplication: &[Association], Operator, None;

    UploadApplicationFile = "upload_application_file" on ApplicationFile: &[Applicant], Operator, None;
    ListApplicationFiles = "list_application_files" on ApplicationFile: &[Applicant, Association], Viewer, None;
    GetApplicationFile = "get_application_file" on ApplicationFile: &[Applicant, Association], Viewer, None;
    GetApplicationFileContent = "get_application_file_content" on ApplicationFile: &[Applicant, Association], Viewer, None;

    CreateCouncilSession = "create_council_session" on CouncilSession: &[Association], Operator, None;
    ListCouncilSessions = "list_council_sessions" on CouncilSession: &[Association, Regulator], Viewer, None;
    GetCouncilSession = "get_council_session" on CouncilSession: &[Association, Regulator], Viewer, None;
    ListCouncilSessionApplications = "list_council_session_applications" on CouncilSession: &[Association, Regulator], Viewer, None;
    UpdateCouncilSession = "update_council_session" ["update"] on CouncilSession: &[Association], Operator, None;
    PutApplicationsToVote = "put_applications_to_vote" ["put_to_vote"] on CouncilSession: &[Association], Operator, None;
    RecordCouncilVotes = "record_council_votes" ["record_votes"] on CouncilSession: &[Association], Operator, None;
    CloseCouncilSession = "close_council_session" ["close"] on CouncilSession: &[Association], Operator, None;
    AdjournCouncilSession = "adjourn_council_session" ["adjourn"] on CouncilSession: &[Association], Operator, None;

    CreatePublicNotice = "create_public_notice" on PublicNotice: &[Association], Operator, None;
    ListPublicNotices = "list_public_notices" on PublicNotice: &[Anyone], Viewer, None;
    GetPublicNotice = "get_public_notice" on PublicNotice: &[Anyone], Viewer, None;
    ListPublicNoticeApplications = "list_public_notice_applications" on PublicNotice: &[Anyone], Viewer, None;

    CreateObjection = "create_objection" on Objection: &[Anyone], Viewer, None;
    ListObjections = "list_objections" on Objection: &[Association, Regulator], Viewer, None;
    GetObjection = "get_objection" on Objection: &[Association, Regulator], Viewer, None;
    UpholdObjection = "uphold_objection" ["uphold"] on Objection: &[Association], Operator, None;
    DismissObjection = "dismiss_objection" ["dismiss"] on Objection: &[Association], Operator, None;

    CreateProject = "create_project" on Project: &[Contractor], Operator, None;
    ListProjects = "list_projects" on Project: PARTIES, Viewer, Some(ProjectsRead);
    GetProject = "get_project" on Project: PARTIES, Viewer, Some(ProjectsRead);
    ListProjectEvents = "list_project_events" on Project: PARTIES, Viewer, Some(ProjectsRead);
    UpdateProject = "update_project" ["update"] on Project: &[Contractor], Operator, None;
    RegisterProject = "register_project" ["register"] on Project: &[Contractor], Operator, None;
    CancelProject = "cancel_project" ["cancel"] on Project: &[Contractor], Operator, None;
    SuspendProject = "suspend_project" ["suspend"] on Project: &[Contractor], Operator, None;
    ResumeProject = "resume_project" ["resume"] on Project: &[Contractor], Operator, None;
    CompleteProject = "complete_project" ["complete"] on Project: &[Contractor], Operator, None;

    CreatePolicy = "create_policy" on Policy: &[Insurer], Operator, Some(PoliciesWrite);
    CreatePolicies = "create_policies" on Policy: &[Insurer], Operator, Some(PoliciesWrite);
    ListPolicies = "list_policies" on Policy: POLICY_READERS, Viewer, Some(PoliciesRead);
    GetPolicy = "get_policy" on Policy: POLICY_READERS, Viewer, Some(PoliciesRead);
    EndorsePolicy = "endorse_policy" ["endorse"] on Policy: &[Insurer], Operator, Some(PoliciesWrite);
    ListPolicyEndorsements = "list_policy_endorsements" on Policy: POLICY_READERS, Viewer, Some(PoliciesRead);

    CreateCommission = "create_commission" on Commission: &[Insurer], Operator, Some(CommissionsWrite);
    CreateCommissions = "create_commissions" on Commission: &[Insurer], Operator, Some(CommissionsWrite);
    ListCommissions = "list_commissions" on Commission: COMMISSION_READERS, Viewer, Some(CommissionsRead);
    GetCommission = "get_commission" on Commission: COMMISSION_READERS, Viewer, Some(CommissionsRead);
    UpdateCommission = "update_commission" ["update"] on Commission: &[Insurer], Operator, Some(CommissionsWrite);
    SubmitCommission = "submit_commission" ["submit"] on Commission: &[Insurer], Operator, Some(CommissionsWrite);
    WithdrawCommission = "withdraw_commission" ["withdraw"] on Commission: &[Insurer], Operator, Some(CommissionsWrite);
    AcceptCommission = "accept_commission" ["accept"] on Commission: &[Provider], Operator, Some(CommissionsWrite);
    ReturnCommission = "return_commission" ["return"] on Commission: &[Provider], Operator, Some(CommissionsWrite);
    TerminateCommission = "terminate_commission" ["terminate"] on Commission: &[Insurer], Operator, Some(CommissionsWrite);

    CreateServicePlan = "create_service_plan" on ServicePlan: &[Provider], Operator, Some(ServicePlansWrite);
    ListServicePlans = "list_service_plans" on ServicePlan: COMMISSION_READERS, Viewer, Some(ServicePlansRead);
    GetServicePlan = "get_service_plan" on ServicePlan: COMMISSION_READERS, Viewer, Some(ServicePlansRead);
    UpdateServicePlan = "update_service_plan" ["update"] on ServicePlan: &[Provider], Operator, Some(ServicePlansWrite);
    SubmitServicePlan = "submit_service_plan" ["submit"] on ServicePlan: &[Provider], Operator, Some(ServicePlansWrite);
    ConfirmServicePlan = "confirm_service_plan" ["confirm"] on ServicePlan: &[Insurer], Operator, Some(ServicePlansWrite);
    ReturnServicePlan = "return_service_plan" ["return"] on ServicePlan: &[Insurer], Operator, Some(ServicePlansWrite);

    ListVisits = "list_visits" on Visit: PARTIES, Viewer, Some(VisitsRead);
    GetVisit = "get_visit" on Visit: PARTIES, Viewer, Some(VisitsRead);
    GetVisitGroup = "get_visit_group" on Visit: PARTIES, Viewer, Some(VisitsRead);
    SuggestGroups = "get_group_suggestions" on Visit: &[Provider, Association], Viewer, None;
    ProposeVisit = "propose_visit" ["propose"] on Visit: &[Provider], Operator, None;
    AgreeVisit = "agree_visit" ["agree"] on Visit: &[Contractor, Member], Operator, None;
    DeclineVisit = "decline_visit" ["decline"] on Visit: &[Contractor, Member], Operator, None;
    RescheduleVisit = "reschedule_visit" ["reschedule"] on Visit: &[Provider], Operator, None;
    CancelVisit = "cancel_visit" ["cancel"] on Visit: &[Provider], Operator, None;
    StartVisit = "start_visit" ["start"] on Visit: &[Leader], Operator, None;
    RecordVisitStep = "record_visit_step" ["record_step"] on Visit: &[Member], Operator, None;
    IssueRectificationProposal = "issue_rectification_proposal" ["issue_rectification_proposal"] on Visit: &[Leader], Operator, None;
    ReceiveRectificationProposal = "receive_rectification_proposal" ["receive_rectification_proposal"] on Visit: &[Contractor], Operator, None;
    GetRectificationProposal = "get_rectification_proposal" on Visit: PARTIES, Viewer, Some(VisitsRead);
    EndVisit = "end_visit" ["end"] on Visit: &[Leader], Operator, None;
    ListVisitMaterials = "list_visit_materials" on Visit: PARTIES, Viewer, Some(VisitsRead);
    SubmitVisit = "submit_visit" ["submit"] on Visit: &[Leader], Operator, None;
    AcceptVisit = "accept_visit" ["accept"] on Visit: &[Provider], Operator, None;
    ReturnVisit = "return_visit" ["return"] on Visit: &[Provider], Operator, None;

    CreateHazard = "create_hazard" on Hazard: &[Member], Operator, None;
    ListHazards = "list_hazards" on Hazard: PARTIES, Viewer, Some(VisitsRead);
    GetHazard = "get_hazard" on Hazard: PARTIES, Viewer, Some(VisitsRead);
    AcknowledgeHazard = "acknowledge_hazard" ["acknowledge"] on Hazard: &[Contractor], Operator, None;
    RectifyHazard = "rectify_hazard" ["rectify"] on Hazard: &[Contractor], Operator, None;
    CommentHazard = "comment_hazard" ["comment"] on Hazard: &[Supervisor], Operator, None;
    CloseHazard = "close_hazard" ["close"] on Hazard: &[Leader], Operator, None;
    RejectHazard = "reject_hazard" ["reject"] on Hazard: &[Leader], Operator, None;
    ExtendHazard = "extend_hazard" ["extend"] on Hazard: &[Leader], Operator, None;

    UploadVisitAttachment = "upload_visit_attachment" on Attachment: &[Member], Operator, None;
    UploadHazardAttachment = "upload_hazard_attachment" on Attachment: &[Contractor, Member], Operator, None;
    ListAttachments = "list_attachments" on Attachment: PARTIES, Viewer, Some(VisitsRead);
    GetAttachment = "get_attachment" on Attachment: PARTIES, Viewer, Some(VisitsRead);
    GetAttachmentContent = "get_attachment_content" on Attachment: PARTIES, Viewer, Some(VisitsRead);

    CreateServiceReport = "create_service_report" on ServiceReport: &[Provider], Operator, Some(ServiceReportsWrite);
    ListServiceReports = "list_service_reports" on ServiceReport: REPORT_READERS, Viewer, Some(ServiceReportsRead);
    GetServiceReport = "get_service_report" on ServiceReport: REPORT_READERS, Viewer, Some(ServiceReportsRead);
    UpdateServiceReport = "update_service_report" ["update"] on ServiceReport: &[Provider], Operator, Some(ServiceReportsWrite);
    SubmitServiceReport = "submit_service_report" ["submit"] on ServiceReport: &[Provider], Operator, Some(ServiceReportsWrite);
    AcknowledgeServiceReport = "acknowledge_service_report" ["acknowledge"] on ServiceReport: &[Insurer], Operator, Some(ServiceReportsWrite);
    ReturnServiceReport = "return_service_report" ["return"] on ServiceReport: &[Insurer], Operator, Some(ServiceReportsWrite);
}

impl Operation {
    /// Whether it stays open to those whose organisation is not active: their session and themselves.
    #[must_use]
    pub fn is_self_service(self) -> bool {
        matches!(self.resource(), Resource::Session)
    }

    /// The operation with this `operationId`.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|operation| operation.code() == code)
    }
}

impl std::fmt::Display for Operation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.code())
    }
}
