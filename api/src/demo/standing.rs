//! The library's daily life: an expert warned, one suspended, a tie declared, an affiliate of a contractor.

use serde_json::{Value, json};

use super::people::People;
use crate::cli::Failure;

/// Places in the library of those it happens to; the last is in no group.
const WARNED: usize = 11;
const TIED: usize = 10;
const SUSPENDED: usize = 12;

/// Lets it happen; who it concerns is told in their inbox.
pub(super) async fn happen(people: &People) -> Result<(), Failure> {
    let association = &people.association.actor;
    let library = association.list("/api/v1/experts?limit=100&sort=created_at").await?;
    let path = |place: usize| {
        let id = library.get(place).and_then(|expert| expert.get("id")).and_then(Value::as_str);
        id.map(|id| format!("/api/v1/experts/{id}")).ok_or("an expert who is not there")
    };
    let mut warned = association.read(&path(WARNED)?).await?;
    let measure = json!({ "kind": "warning", "grounds": "示例：一年内两次逾期上传服务资料。" });
    association.act(&mut warned, "conduct-records", measure).await?;
    let mut suspended = association.read(&path(SUSPENDED)?).await?;
    let reason = json!({ "reason": "示例：资格材料存疑，核查期间暂停。" });
    association.act(&mut suspended, "suspend", reason).await?;
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
