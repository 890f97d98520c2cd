//! The library's daily life: an expert warned, one suspended, one removed, a tie declared, an affiliate of a contractor, and requests for
//! recusal, one of them waiting.

use serde_json::{Value, json};

use super::{people::People, stages::Cast};
use crate::failure::Failure;

/// Places in the library of those it happens to; the last two are in no group.
const WARNED: usize = 11;
const TIED: usize = 10;
const SUSPENDED: usize = 12;
const REMOVED: usize = 13;

/// The association records measures against experts, and a tie and an affiliate are declared. Each expert concerned
/// finds it in their inbox.
pub(super) async fn record_conduct(people: &People) -> Result<(), Failure> {
    let association = &people.association.actor;
    let library = association.list("/api/v1/experts?limit=100&sort=created_at").await?;
    let path = |index: usize| {
        let id = library.get(index).and_then(|expert| expert.get("id")).and_then(Value::as_str);
        id.map(|id| format!("/api/v1/experts/{id}")).ok_or("an expert who is not there")
    };
    let mut warned = association.read(&path(WARNED)?).await?;
    let measure = json!({ "kind": "warning", "grounds": "示例：一年内两次逾期上传服务资料。" });
    association.act(&mut warned, "conduct-records", measure).await?;
    let mut suspended = association.read(&path(SUSPENDED)?).await?;
    let reason = json!({ "reason": "示例：资格材料存疑，核查期间暂停。" });
    association.act(&mut suspended, "suspend", reason).await?;
    let mut removed = association.read(&path(REMOVED)?).await?;
    let reason = json!({ "reason": "示例：两次泄露项目资料，经核实后移出专家库。" });
    association.act(&mut removed, "remove", reason).await?;
    let tie = json!({
        "kind": "kinship", "company_name": "厦门示例新桥建筑有限公司", "from": "2024-01-01",
        "note": "示例：配偶任该公司项目经理。",
    });
    association.create(&format!("{}/ties", path(TIED)?), tie).await?;
    let [contractor, ..] = people.administrators.as_slice() else { return Err("no contractor".into()) };
    let organization = contractor.read("/api/v1/me").await?.says("organization_id")?;
    let affiliate =
        json!({ "name": "厦门示例鹭江劳务有限公司", "relation": "全资子公司", "from": "2020-01-01" });
    contractor.create(&format!("/api/v1/organizations/{organization}/affiliates"), affiliate).await?;
    Ok(())
}

/// Parties of a project ask that an expert of no group be recused: one request is upheld, one dismissed, one waits.
pub(super) async fn request_recusals(cast: &Cast) -> Result<(), Failure> {
    let association = &cast.people.association.actor;
    let library = association.list("/api/v1/experts?limit=100&sort=created_at").await?;
    let expert =
        library.get(SUSPENDED).and_then(|expert| expert.get("id")).ok_or("an expert who is not there")?;
    let [contractor, _] = &cast.people.contractors;
    let asking = [
        (&contractor.actor, "kinship", "示例：该专家之兄任本项目监理单位总监。", Some("uphold")),
        (&cast.people.supervisor.actor, "other_interest", "示例：该专家曾公开批评本项目。", Some("dismiss")),
        (&contractor.actor, "shareholding", "示例：据称其持有建设单位股份。", None),
    ];
    for (who, kind, grounds, decision) in asking {
        let projects = who.list("/api/v1/projects?status=registered&limit=1&sort=created_at").await?;
        let project =
            projects.first().and_then(|project| project.get("id")).ok_or("a party without a project")?;
        let body = json!({ "project_id": project, "expert_id": expert, "kind": kind, "grounds": grounds });
        let made = who.create("/api/v1/recusal-requests", body).await?;
        let mut request = association.read(&made.path).await?;
        match decision {
            Some("uphold") => {
                let body = json!({ "reason": "示例：经查证属实。", "from": "2024-01-01" });
                association.act(&mut request, "uphold", body).await?;
            }
            Some(other) => {
                association.act(&mut request, other, json!({ "reason": "示例：不构成利害关系。" })).await?
            }
            None => {}
        }
    }
    Ok(())
}
