//! Countries: the officially assigned codes of ISO 3166-1 alpha-2. Names come from the reader's
//! browser (`Intl.DisplayNames`), so they are not carried here.

/// The codes in alphabetical order, two letters each.
const CODES: &str = "ADAEAFAGAIALAMAOAQARASATAUAWAXAZBABBBDBEBFBGBHBIBJBLBMBNBOBQBRBSBTBVBWBYBZCACCCDCFCGCHCICKCLCMCNCOCRCUCVCWCXCYCZ\
DEDJDKDMDODZECEEEGEHERESETFIFJFKFMFOFRGAGBGDGEGFGGGHGIGLGMGNGPGQGRGSGTGUGWGYHKHMHNHRHTHUIDIEILIMINIOIQIRISITJEJMJOJPKEKGKHKIKMKNKPKRKWKYKZ\
LALBLCLILKLRLSLTLULVLYMAMCMDMEMFMGMHMKMLMMMNMOMPMQMRMSMTMUMVMWMXMYMZNANCNENFNGNINLNONPNRNUNZOMPAPEPFPGPHPKPLPMPNPRPSPTPWPYQARERORSRURW\
SASBSCSDSESGSHSISJSKSLSMSNSOSRSSSTSVSXSYSZTCTDTFTGTHTJTKTLTMTNTOTRTTTVTWTZUAUGUMUSUYUZVAVCVEVGVIVNVUWFWSYEYTZAZMZW";

/// Every code, in alphabetical order.
pub fn countries() -> impl Iterator<Item = &'static str> {
    (0..CODES.len() / 2).map(|n| &CODES[2 * n..2 * n + 2])
}

/// Whether `code` is a country, in capitals as the standard writes it.
pub fn is_country(code: &str) -> bool {
    countries().any(|country| country == code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_249_countries_in_order_and_each_once() {
        let all: Vec<_> = countries().collect();
        assert_eq!(all.len(), 249);
        assert!(all.is_sorted_by(|a, b| a < b));
    }

    #[test]
    fn only_assigned_codes_in_capitals_are_countries() {
        assert!(is_country("FR") && is_country("ZW") && is_country("AD"));
        for not in ["", "F", "fr", "FRA", "XX", "EU", "UK", "DA", "É"] {
            assert!(!is_country(not), "{not}");
        }
    }
}
