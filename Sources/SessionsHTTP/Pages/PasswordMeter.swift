/// Where the script tells how strong a new password is: empty without it.
///
/// Both the bar and the words come from the server, so they say what the form will be told. The words are a live region
/// from the start, since screen readers announce only what changes inside one that they have met.
struct PasswordMeter {
    /// The `name` of the input it is about; there is one meter for it on a page.
    var input: String

    var html: HTML {
        """

        <div class="strength" data-strength="\(input)">
        <meter min="0" max="80" low="30" high="60" optimum="80" value="0" aria-label="Strength" hidden></meter>
        <p role="status" id="\(input)-strength"></p>
        </div>
        """
    }
}
