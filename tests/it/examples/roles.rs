//! Who is on the tour: companies, offices and experts with names and numbers as an office in Xiamen has them.

use anze_domain::base::identifier::{citizen_id_check, credit_code_check};
use anze_tests::{
    actors::{ExpertEntry, admission_body, registration_body},
    world::PASSWORD,
};
use serde_json::{Value, json};

/// An organisation: port, name, first 17 characters of its code, district, administrator, mobile, login name.
type Entry = (
    &'static str,
    &'static str,
    &'static str,
    Option<&'static str>,
    &'static str,
    &'static str,
    &'static str,
);

#[rustfmt::skip]
const ORGANIZATIONS: [Entry; 6] = [
    ("contractor", "厦门鹭岛建工有限公司", "91350200MA2XNAQ71", Some("350211"), "林志明", "13806000002", "ludao-admin"),
    ("supervisor", "厦门海湾工程监理有限公司", "91350200761734528", Some("350203"), "杨明辉", "13806000011", "haiwan-admin"),
    ("owner", "厦门集美新城开发建设有限公司", "91350200705492138", Some("350211"), "曾庆华", "13806000012", "xincheng-admin"),
    ("insurer", "鹭江财产保险股份有限公司厦门分公司", "91350200MA8RJQ4T1", Some("350203"), "洪丽萍", "13806000013", "lujiang-admin"),
    ("provider", "厦门安筑工程技术服务有限公司", "91350200MA32UKP95", Some("350206"), "蔡志鹏", "13806000014", "anzhu-admin"),
    ("regulator", "厦门市建设工程质量安全监督站", "12350200426601375", None, "谢文杰", "13806000015", "zhijianzhan-admin"),
];

/// The registration of the organisation of a port.
pub fn organization(kind: &str) -> Value {
    let (_, name, code, district, person, mobile, login_name) =
        ORGANIZATIONS.into_iter().find(|entry| entry.0 == kind).expect("a port that registers");
    company(kind, name, code, district, person, mobile, login_name)
}

/// The registration of an organisation.
pub fn company(
    port: &str,
    name: &str,
    code: &str,
    district: Option<&str>,
    person: &str,
    mobile: &str,
    login_name: &str,
) -> Value {
    let mut body = registration_body(port, login_name);
    let check = credit_code_check(code).expect("seventeen characters have a check character");
    body["organization"] = json!({
        "port": port, "name": name, "unified_social_credit_code": format!("{code}{check}"),
        "contact_name": person, "contact_mobile": mobile
    });
    if let Some(district) = district {
        body["organization"]["district"] = json!(district);
    }
    body["administrator"]["display_name"] = json!(person);
    body["administrator"]["mobile"] = json!(mobile);
    body
}

/// The admission of an expert of the usual group.
pub fn usual_expert(entry: &ExpertEntry) -> Value {
    let mut body = match entry.specialties.as_slice() {
        ["civil"] => expert(entry, 21, "吴志强", "wu-zhiqiang"),
        ["mechanical"] => expert(entry, 22, "郑海峰", "zheng-haifeng"),
        _ => expert(entry, 23, "苏文彬", "su-wenbin"),
    };
    if entry.pool == "leader" {
        body["registered_safety_engineer"] = json!({
            "level": "intermediate", "class": "construction", "certificate_number": "35190000001",
            "registered_until": "2028-05-31"
        });
    }
    body
}

/// The admission of an expert with numbers of their own.
pub fn expert(entry: &ExpertEntry, number: u32, name: &str, login_name: &str) -> Value {
    let mut body = admission_body(entry, login_name);
    body["name"] = json!(name);
    body["mobile"] = json!(mobile(number));
    body["citizen_id"] = json!(citizen_id(number));
    body["titles"][0]["certificate_number"] = json!(format!("闽G2010-{number:04}"));
    body
}

/// The registration of someone who applies to the library.
pub fn applicant(number: u32, name: &str, login_name: &str) -> Value {
    json!({
        "name": name, "mobile": mobile(number), "account": { "login_name": login_name, "password": PASSWORD }
    })
}

/// The mobile number of a person.
pub fn mobile(number: u32) -> String {
    format!("1380600{number:04}")
}

/// The citizen id of a person.
pub fn citizen_id(number: u32) -> String {
    let first = format!("35020319780615{number:03}");
    let check = citizen_id_check(&first).expect("seventeen digits have a check digit");
    format!("{first}{check}")
}
