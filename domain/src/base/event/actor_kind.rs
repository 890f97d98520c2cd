//! The kinds of actors (操作者类型).

use crate::vocabulary;

vocabulary! {
    /// Kind of whoever caused an event.
    pub enum ActorKind {
        User = "user" / "用户" / "User",
        Token = "token" / "接口令牌" / "API token",
        System = "system" / "平台" / "Platform",
        Nobody = "nobody" / "未登录者" / "Nobody logged in",
    }
}
