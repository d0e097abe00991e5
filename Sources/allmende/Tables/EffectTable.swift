internal import API
internal import Terminal

/// What a decision would change, as a table.
enum EffectTable {
    static func text(_ effects: [Effect]) -> String {
        var table = Table(.text("would change"), .text("from"), .text("to"))
        for effect in effects { table.add(effect.subject, effect.before, effect.after) }
        return table.text
    }
}
