//! The names of the contract's fields and query parameters in words, for texts that people read. The pointer of a problem keeps
//! the machine's name.

use anze_domain::Words;

/// The name of a field or query parameter in words; “this field” for one that the table does not have.
#[must_use]
pub fn field_name(name: &str) -> Words {
    let known = NAMES.iter().find(|(known, ..)| *known == name);
    known.map_or_else(|| Words::new("此项", "This field"), |(_, zh, en)| Words::new(*zh, *en))
}

/// The name in JSON, in Chinese and in English.
const NAMES: &[(&str, &str, &str)] = &[
    ("account", "账号", "Account"),
    ("address", "地址", "Address"),
    ("administrator", "管理员", "Administrator"),
    ("admission", "入库信息", "Admission"),
    ("admitted_on", "入库日期", "Date of admission"),
    ("advice", "建议", "Advice"),
    ("amount_due", "应付金额", "Amount due"),
    ("application_id", "入库申请", "Application"),
    ("application_ids", "入库申请", "Applications"),
    ("captured_at", "拍摄时间", "Time of the photo"),
    ("category", "类别", "Category"),
    ("certificate_number", "证书编号", "Certificate number"),
    ("citizen_id", "公民身份号码", "Citizen identity number"),
    ("class", "注册类别", "Class of registration"),
    ("code", "验证码", "Code"),
    ("comment", "意见", "Comment"),
    ("commission_id", "委托服务单", "Commission"),
    ("conclusion", "结论", "Conclusion"),
    ("construction_permit_number", "施工许可证号", "Construction permit number"),
    ("contact", "联系人", "Contact"),
    ("contact_mobile", "联系人手机号码", "Mobile number of the contact"),
    ("contact_name", "联系人姓名", "Name of the contact"),
    ("contract_number", "合同编号", "Contract number"),
    ("contract_price", "合同价款", "Contract price"),
    ("contractor_id", "施工单位", "Contractor"),
    ("coordinate_system", "坐标系", "Coordinate system"),
    ("council_decided_on", "理事会决议日期", "Date of the council's decision"),
    ("council_decision_number", "理事会决议编号", "Number of the council's decision"),
    ("council_size", "理事会人数", "Size of the council"),
    ("current_password", "当前密码", "Current password"),
    ("cursor", "分页游标", "Cursor"),
    ("denominator", "分母", "Denominator"),
    ("description", "说明", "Description"),
    ("display_name", "显示名称", "Display name"),
    ("district", "行政区", "District"),
    ("done", "是否已办", "Done"),
    ("due_by", "最迟到期日", "Due by"),
    ("due_on", "整改期限", "Due date"),
    ("due_on_reason", "整改期限理由", "Reason of the due date"),
    ("effective_on", "生效日期", "Effective date"),
    ("employer", "任职单位", "Employer"),
    ("employer_name", "任职单位名称", "Name of the employer"),
    ("end", "结束时间", "End"),
    ("ended_at", "服务结束时间", "End of the service"),
    ("endorsement_number", "批单号", "Endorsement number"),
    ("evaluation", "评价", "Evaluation"),
    ("expected_outcome", "预期效果", "Expected outcome"),
    ("expert_id", "专家", "Expert"),
    ("expires_at", "失效时间", "Time of expiry"),
    ("fee", "服务费", "Fee"),
    ("fee_mode", "计费方式", "Fee mode"),
    ("field", "职称专业领域", "Field of the title"),
    ("file", "文件", "File"),
    ("file_name", "文件名", "File name"),
    ("floor_area", "建筑面积", "Floor area"),
    ("from", "开始日期", "First day"),
    ("grade", "隐患等级", "Grade of the hazard"),
    ("grounds", "异议理由", "Grounds of the objection"),
    ("group_size", "专家组人数", "Size of the group"),
    ("hazard_id", "隐患", "Hazard"),
    ("held_on", "会议日期", "Date of the council session"),
    ("inbox_only", "仅在站内接收的消息", "Notifications for the inbox alone"),
    ("indemnity_limit", "赔偿限额", "Limit of indemnity"),
    ("item", "项目名称", "Item"),
    ("items", "各项内容", "Items"),
    ("kind", "类型", "Kind"),
    ("latitude", "纬度", "Latitude"),
    ("leader_id", "专家组组长", "Leader"),
    ("leader_mobile", "组长手机号码", "Mobile number of the leader"),
    ("leader_name", "组长姓名", "Name of the leader"),
    ("legal_basis", "法律依据", "Legal basis"),
    ("level", "级别", "Level"),
    ("limit", "每页条数", "Number of items per page"),
    ("line_id", "服务内容", "Service line"),
    ("lines", "明细", "Lines"),
    ("location", "位置", "Location"),
    ("login_name", "登录名", "Login name"),
    ("longitude", "经度", "Longitude"),
    ("majority", "通过所需比例", "Majority"),
    ("majority_rule", "表决规则", "Majority rule"),
    ("measures", "措施", "Measures"),
    ("members", "专家组成员", "Members"),
    ("members_present", "出席人数", "Members present"),
    ("method", "服务方式", "Method"),
    ("mobile", "手机号码", "Mobile number"),
    ("name", "名称", "Name"),
    ("new_password", "新密码", "New password"),
    ("number", "编号", "Number"),
    ("numerator", "分子", "Numerator"),
    ("obtained_on", "取得日期", "Date of the certificate"),
    ("open_hazards_acknowledged", "知悉未销号隐患", "Acknowledgement of open hazards"),
    ("organization", "单位", "Organisation"),
    ("overdue", "是否逾期", "Overdue"),
    ("overlap_minutes", "重叠时长（分钟）", "Overlap in minutes"),
    ("password", "密码", "Password"),
    ("period_end", "期间结束日期", "End of the period"),
    ("period_start", "期间开始日期", "Start of the period"),
    ("place", "地点", "Place"),
    ("planned_end", "计划竣工日期", "Planned end"),
    ("planned_start", "计划开工日期", "Planned start"),
    ("policy_id", "保单", "Policy"),
    ("policy_number", "保单号", "Policy number"),
    ("pool", "专家库", "Pool"),
    ("port", "端口", "Port"),
    ("premium_received", "实际收取保费", "Premium received"),
    ("premium_total", "保费总额", "Total premium"),
    ("project_id", "项目", "Project"),
    ("provider_id", "服务机构", "Service provider"),
    ("public_notice_from", "公示开始日期", "First day of the public notice"),
    ("public_notice_id", "公示", "Public notice"),
    ("public_notice_number", "公示编号", "Number of the public notice"),
    ("public_notice_to", "公示结束日期", "Last day of the public notice"),
    ("q", "检索文字", "Search text"),
    ("quantity", "数量", "Quantity"),
    ("quorum", "法定到会比例", "Quorum"),
    ("reason", "理由", "Reason"),
    ("rectification", "整改措施", "Rectification"),
    ("refresh_token", "刷新令牌", "Refresh token"),
    ("registered_until", "注册有效期", "End of the registration"),
    ("relation", "利害关系", "Tie"),
    ("relevant", "是否相关", "Relevance"),
    ("role", "角色", "Role"),
    ("safety_officer", "安全负责人", "Safety officer"),
    ("scopes", "授权范围", "Scopes"),
    ("seq", "时间线序号", "Place in the timeline"),
    ("services", "服务安排", "Services"),
    ("since", "起始日期", "Start date"),
    ("slots", "服务时间", "Slots"),
    ("sort", "排序", "Order"),
    ("specialties", "专业", "Specialties"),
    ("specialty", "专业", "Specialty"),
    ("start", "开始时间", "Start"),
    ("status", "状态", "State"),
    ("step", "服务步骤", "Step"),
    ("summary", "概述", "Summary"),
    ("taken_at", "完成时间", "Time of the step"),
    ("times", "频次", "Frequency"),
    ("to", "结束日期", "Last day"),
    ("token", "令牌", "Token"),
    ("unified_social_credit_code", "统一社会信用代码", "Unified social credit code"),
    ("unit", "单位", "Unit"),
    ("unit_price", "单价", "Unit price"),
    ("unread", "是否未读", "Unread"),
    ("until", "截止日期", "Last day"),
    ("visit_id", "现场服务", "Visit"),
    ("votes", "表决票数", "Votes"),
    ("votes_abstain", "弃权票", "Abstentions"),
    ("votes_against", "反对票", "Votes against"),
    ("votes_for", "赞成票", "Votes for"),
    ("window_end", "计划服务结束日期", "End of the planned window"),
    ("window_start", "计划服务开始日期", "Start of the planned window"),
    ("work_history", "工作经历", "Work history"),
    ("working_days", "工作日天数", "Number of working days"),
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::Value;

    use super::*;

    /// Every name that a body may have to give, below this schema.
    fn required<'a>(
        document: &'a Value,
        schema: &'a Value,
        seen: &mut BTreeSet<&'a str>,
        names: &mut BTreeSet<&'a str>,
    ) {
        match schema {
            Value::Object(members) => {
                if let Some(reference) = members.get("$ref").and_then(Value::as_str) {
                    if seen.insert(reference) {
                        let target = document.pointer(reference.trim_start_matches('#')).unwrap();
                        required(document, target, seen, names);
                    }
                    return;
                }
                let listed = members.get("required").and_then(Value::as_array);
                names.extend(listed.into_iter().flatten().filter_map(Value::as_str));
                members.values().for_each(|value| required(document, value, seen, names));
            }
            Value::Array(items) => items.iter().for_each(|item| required(document, item, seen, names)),
            _ => {}
        }
    }

    #[test]
    fn every_required_field_and_every_query_parameter_has_a_name_in_words() {
        let document = crate::testing::published_contract();
        let (mut seen, mut names) = (BTreeSet::new(), BTreeSet::new());
        let paths = document["paths"].as_object().unwrap().values();
        for operation in paths.flat_map(|path| path.as_object().unwrap().values()) {
            let Some(operation) = operation.as_object() else { continue };
            for parameter in operation.get("parameters").and_then(Value::as_array).into_iter().flatten() {
                if parameter["in"] == "query" {
                    names.extend(parameter["name"].as_str());
                }
            }
            if let Some(body) = operation.get("requestBody").and_then(|body| body.get("content")) {
                let schemas = body.as_object().unwrap().values().filter_map(|content| content.get("schema"));
                schemas.for_each(|schema| required(&document, schema, &mut seen, &mut names));
            }
        }
        assert!(names.len() > 100, "{names:?}");
        let known: BTreeSet<_> = NAMES.iter().map(|(name, ..)| *name).collect();
        assert_eq!(known.len(), NAMES.len(), "a name is there twice");
        let unnamed: Vec<_> = names.difference(&known).collect();
        assert_eq!(unnamed, Vec::<&&str>::new());
    }
}
