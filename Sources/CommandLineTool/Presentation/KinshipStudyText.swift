import Foundation
import Studies

/// Families of tasks and ways of sharing among them, for people.
struct KinshipStudyText {
    private let result: KinshipStudy.Result

    init(_ result: KinshipStudy.Result) { self.result = result }

    var text: String {
        let families = String(
            format: "%d families of %d; mean d within %.3f, across %.3f; groups and families agree: %.2f",
            result.families, result.members, result.within, result.across, result.agreement)
        return families + "\n" + SharingStudyText(result.sharing).text
    }
}
