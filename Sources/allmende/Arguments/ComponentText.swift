internal import API
internal import ArgumentParser

/// A part of a cost-sharing rule in words: a weight and the key it is split by.
///
///     15% equal
///     60% inhabitants:previous-december-31      a key figure and its reference day, or inhabitants:2011-12-31
///     25% usage:cases                           a metric of the application of --app, or usage:APP/METRIC
///     1/2 ownership                             shares in the application of --app, or ownership:APP
struct ComponentText: Sendable {
    private let weight: Fraction
    private let key: String
    private let detail: String

    /// - Throws: `ValidationError` unless there is a weight, a blank and a key.
    init(_ text: String) throws {
        // The weight may hold a blank itself ("15 % equal"): the key is the last word.
        guard let blank = text.lastIndex(of: " ") else {
            throw ValidationError("must be a weight and a key such as \"15% equal\", not \"\(text)\"")
        }
        weight = try Arguments.fraction(String(text[..<blank]))
        let parts = text[text.index(after: blank)...].split(separator: ":", maxSplits: 1).map(String.init)
        key = parts.first ?? ""
        detail = parts.count == 2 ? parts[1] : ""
    }

    /// The message for an agreement of a consortium; `application` stands where the text names none.
    ///
    /// - Throws: `ValidationError` for a key that does not exist or lacks its detail.
    func component(consortium: String, application: String?) throws -> AllocationComponent {
        var component = AllocationComponent()
        component.weight = weight
        switch key {
        case "equal": component.equal = EqualComponent()
        case "ownership":
            component.ownership.application = Names.application(
                try named(detail.isEmpty ? nil : detail, application), in: consortium)
        case "usage": component.usage.metric = try metric(consortium, application)
        default: component.keyFigure = try keyFigure()
        }
        return component
    }

    private func named(_ text: String?, _ application: String?) throws -> String {
        guard let name = text ?? application else {
            throw ValidationError("The key \"\(key)\" needs an application: \(key):APP, or --app APP.")
        }
        return name
    }

    private func metric(_ consortium: String, _ application: String?) throws -> String {
        let parts = detail.split(separator: "/", maxSplits: 1).map(String.init)
        guard let metric = parts.last else {
            throw ValidationError("The key \"usage\" needs a metric: usage:METRIC or usage:APP/METRIC.")
        }
        return Names.metric(
            metric, of: try named(parts.count == 2 ? parts[0] : nil, application), in: consortium)
    }

    private func keyFigure() throws -> KeyFigureComponent {
        guard let kind = Choice<KeyFigureKind>(argument: key) else {
            let keys = ["equal", "ownership", "usage"] + Choice<KeyFigureKind>.allValueStrings
            throw ValidationError("There is no key \"\(key)\"; choose one of \(keys.joined(separator: ", ")).")
        }
        var component = KeyFigureComponent()
        component.kind = kind.value
        if let rule = Choice<ReferenceDateRule>(argument: detail), rule.value != .fixed {
            component.referenceDateRule = rule.value
        } else if let day = try? Arguments.day(detail) {
            component.referenceDateRule = .fixed
            component.fixedDate = day
        } else {
            let rules = Choice<ReferenceDateRule>.allValueStrings.filter { $0 != "fixed" }.joined(separator: ", ")
            throw ValidationError("The key \"\(key)\" needs its reference day: \(key):DAY with \(rules) or 2011-12-31.")
        }
        return component
    }

    /// A component of an agreement in the same words.
    static func text(_ component: AllocationComponent) -> String {
        let weight = Words.percent(component.weight) + " "
        switch component.key {
        case .equal: return weight + "equal"
        case .ownership(let key): return weight + "ownership:" + Names.short(key.application)
        case .usage(let key):
            let parts = key.metric.split(separator: "/")
            return weight + "usage:" + (parts.count == 6 ? "\(parts[3])/\(parts[5])" : key.metric)
        case .keyFigure(let key): return weight + text(key)
        case .tier(let key): return weight + "classes:" + text(key.keyFigure)
        case .publishedKey(let key): return weight + "\(key.publishedKey):\(key.year)"
        case .weights: return weight + "weights"
        case nil: return weight + "by a key that this program does not know"
        }
    }

    private static func text(_ key: KeyFigureComponent) -> String {
        let day = key.referenceDateRule == .fixed ? Words.day(key.fixedDate) : Choice.text(key.referenceDateRule)
        return "\(Choice.text(key.kind)):\(day)"
    }
}
