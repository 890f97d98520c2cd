//! The kinds of actors (操作者类型).

use crate::vocabulary;

vocabulary! {
    /// Kinds of actors that cause an event: a person, a system, the platform itself, or nobody who is logged in.
    pub enum ActorKind {
        User = "user" / "用户" / "User",
        Token = "token" / "接口令牌" / "API token",
        System = "system" / "平台" / "Platform",
        Nobody = "nobody" / "未登录者" / "Nobody logged in",
    }
}
