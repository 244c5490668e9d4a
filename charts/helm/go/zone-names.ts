/*
 * Names and abbreviations of the time zones of the IANA database (2025b, public domain): what JavaScript's Intl does not
 * tell. A row gives `offset in seconds:abbreviation` and the zones that have it from 1970 on; `<moment` where the zone called
 * the same offset something else from that moment on. What is called after its offset alone (`-03`) is left out.
 */
const ROWS: readonly (readonly [abbreviations: string, zones: string])[] = [
  [
    "3600:CET 7200:CEST",
    "Africa/Tunis Arctic/Longyearbyen Atlantic/Jan_Mayen CET Europe/Amsterdam Europe/Andorra Europe/Belgrade Europe/Berlin Europe/Bratislava " +
      "Europe/Brussels Europe/Budapest Europe/Busingen Europe/Copenhagen Europe/Gibraltar Europe/Ljubljana Europe/Luxembourg Europe/Madrid Europe/Malta " +
      "Europe/Monaco Europe/Oslo Europe/Paris Europe/Podgorica Europe/Prague Europe/Rome Europe/San_Marino Europe/Sarajevo Europe/Skopje Europe/Stockholm " +
      "Europe/Tirane Europe/Vaduz Europe/Vatican Europe/Vienna Europe/Warsaw Europe/Zagreb Europe/Zurich Poland",
  ],
  [
    "0:GMT",
    "Africa/Abidjan Africa/Accra Africa/Bamako Africa/Banjul Africa/Bissau Africa/Conakry Africa/Dakar Africa/Freetown Africa/Lome Africa/Nouakchott " +
      "Africa/Ouagadougou Africa/Timbuktu America/Danmarkshavn Atlantic/Reykjavik Atlantic/St_Helena Etc/GMT Etc/GMT+0 Etc/GMT-0 Etc/GMT0 Etc/Greenwich GMT " +
      "GMT+0 GMT-0 GMT0 Greenwich Iceland",
  ],
  [
    "-14400:AST",
    "America/Anguilla America/Antigua America/Aruba America/Blanc-Sablon America/Curacao America/Dominica America/Grenada America/Guadeloupe " +
      "America/Kralendijk America/Lower_Princes America/Marigot America/Miquelon America/Montserrat America/Port_of_Spain America/Puerto_Rico " +
      "America/St_Barthelemy America/St_Kitts America/St_Lucia America/St_Thomas America/St_Vincent America/Tortola America/Virgin",
  ],
  [
    "-18000:EST -14400:EDT",
    "America/Detroit America/Fort_Wayne America/Indiana/Indianapolis America/Indiana/Vevay America/Indianapolis America/Jamaica America/Montreal " +
      "America/Nassau America/New_York America/Nipigon America/Port-au-Prince America/Thunder_Bay America/Toronto Canada/Eastern EST5EDT Jamaica " +
      "US/East-Indiana US/Eastern US/Michigan",
  ],
  [
    "-21600:CST -18000:CDT",
    "America/Belize America/Chicago America/Costa_Rica America/El_Salvador America/Guatemala America/Matamoros America/Mexico_City America/Monterrey " +
      "America/Rainy_River America/Tegucigalpa America/Winnipeg CST6CDT Canada/Central Mexico/General US/Central",
  ],
  [
    "36000:AEST 39600:AEDT",
    "Antarctica/Macquarie Australia/ACT Australia/Brisbane Australia/Canberra Australia/Currie Australia/Hobart Australia/Lindeman Australia/Melbourne " +
      "Australia/NSW Australia/Queensland Australia/Sydney Australia/Tasmania Australia/Victoria",
  ],
  [
    "-25200:MST -21600:MDT",
    "America/Boise America/Denver America/Edmonton America/Hermosillo America/Mazatlan America/Shiprock America/Yellowknife Canada/Mountain MST7MDT " +
      "Mexico/BajaSur Navajo US/Mountain",
  ],
  [
    "10800:EAT",
    "Africa/Addis_Ababa Africa/Asmara Africa/Asmera Africa/Dar_es_Salaam Africa/Djibouti Africa/Kampala Africa/Mogadishu Africa/Nairobi Indian/Antananarivo " +
      "Indian/Comoro Indian/Mayotte",
  ],
  [
    "7200:EET 10800:EEST",
    "Africa/Cairo Asia/Beirut Asia/Nicosia EET Egypt Europe/Athens Europe/Bucharest Europe/Helsinki Europe/Mariehamn Europe/Nicosia Europe/Sofia",
  ],
  [
    "3600:WAT",
    "Africa/Bangui Africa/Brazzaville Africa/Douala Africa/Kinshasa Africa/Lagos Africa/Libreville Africa/Luanda Africa/Malabo Africa/Niamey " +
      "Africa/Porto-Novo",
  ],
  [
    "-28800:PST -25200:PDT",
    "America/Ensenada America/Los_Angeles America/Santa_Isabel America/Tijuana America/Vancouver Canada/Pacific Mexico/BajaNorte PST8PDT US/Pacific",
  ],
  ["0:UTC", "Etc/UCT Etc/UTC Etc/Universal Etc/Zulu UCT UTC Universal Zulu localtime"],
  ["28800:CST 32400:CDT", "Asia/Chongqing Asia/Chungking Asia/Harbin Asia/Macao Asia/Macau Asia/Shanghai Asia/Taipei PRC ROC"],
  ["-14400:AST -10800:ADT", "America/Barbados America/Glace_Bay America/Halifax America/Martinique America/Moncton America/Thule Atlantic/Bermuda Canada/Atlantic"],
  ["7200:CAT", "Africa/Blantyre Africa/Bujumbura Africa/Gaborone Africa/Harare Africa/Kigali Africa/Lubumbashi Africa/Lusaka Africa/Maputo"],
  ["0:GMT 3600:BST", "Europe/Belfast Europe/Guernsey Europe/Isle_of_Man Europe/Jersey Europe/London GB GB-Eire"],
  ["-18000:EST", "America/Atikokan America/Cayman America/Coral_Harbour America/Panama EST"],
  ["0:WET 3600:WEST", "Atlantic/Canary Atlantic/Faeroe Atlantic/Faroe Atlantic/Madeira WET"],
  ["-25200:MST", "America/Creston America/Phoenix MST US/Arizona"],
  ["-36000:HST", "HST Pacific/Honolulu Pacific/Johnston US/Hawaii"],
  ["-39600:SST", "Pacific/Midway Pacific/Pago_Pago Pacific/Samoa US/Samoa"],
  ["34200:ACST 37800:ACDT", "Australia/Adelaide Australia/Broken_Hill Australia/South Australia/Yancowinna"],
  ["43200:NZST 46800:NZDT", "Antarctica/McMurdo Antarctica/South_Pole NZ Pacific/Auckland"],
  ["7200:EET 10800:MSK<646783200 10800:EEST 14400:MSD", "Europe/Kiev Europe/Kyiv Europe/Uzhgorod Europe/Zaporozhye"],
  ["-18000:EST<126687600 -18000:CDT<152089200 -18000:EST -14400:EDT", "America/Indiana/Marengo America/Kentucky/Louisville America/Louisville"],
  ["-21600:CST -18000:CDT<688546800 -18000:EST<1143961200 -18000:CDT", "America/Indiana/Knox America/Knox_IN US/Indiana-Starke"],
  ["-39600:BST -36000:BDT<436363200 -36000:AHST<439034400 -36000:HST -32400:HDT", "America/Adak America/Atka US/Aleutian"],
  ["0:-00", "Antarctica/Rothera Antarctica/Vostok Factory"],
  ["7200:EET 10800:EEST<267915600 10800:+03<482799600 10800:EEST<1473195600 10800:+03", "Asia/Istanbul Europe/Istanbul Turkey"],
  ["7200:IST 10800:IDT", "Asia/Jerusalem Asia/Tel_Aviv Israel"],
  ["7200:SAST", "Africa/Johannesburg Africa/Maseru Africa/Mbabane"],
  ["-12600:NST -9000:NDT -5400:NDDT", "America/St_Johns Canada/Newfoundland"],
  ["-18000:CST -14400:CDT", "America/Havana Cuba"],
  ["-21600:CST", "America/Regina Canada/Saskatchewan"],
  ["-21600:CST -18000:EST<954662400 -18000:CDT<972802800 -18000:EST -14400:EDT", "America/Iqaluit America/Pangnirtung"],
  ["-25200:MST -21600:CST<891766800 -21600:MDT<1667116800 -21600:CST -18000:CDT", "America/Chihuahua America/Ojinaga"],
  ["-28800:PST -25200:PDT<1604214000 -25200:MST", "America/Whitehorse Canada/Yukon"],
  ["-36000:AHST -32400:AHDT<436359600 -32400:YST<439030800 -32400:AKST -28800:AKDT", "America/Anchorage US/Alaska"],
  ["0:GMT 3600:IST", "Eire Europe/Dublin"],
  ["0:WET 3600:CET<228268800 3600:WEST<717555600 3600:CET<828234000 3600:WEST 7200:CEST", "Europe/Lisbon Portugal"],
  ["19800:IST", "Asia/Calcutta Asia/Kolkata"],
  ["28800:AWST 32400:AWDT", "Australia/Perth Australia/West"],
  ["28800:HKT 32400:HKST", "Asia/Hong_Kong Hongkong"],
  ["28800:WITA", "Asia/Makassar Asia/Ujung_Pandang"],
  ["32400:JST", "Asia/Tokyo Japan"],
  ["32400:KST 36000:KDT", "Asia/Seoul ROK"],
  ["34200:ACST", "Australia/Darwin Australia/North"],
  ["36000:AEST", "Australia/LHI Australia/Lord_Howe"],
  ["36000:GST<977493600 36000:ChST 39600:GDT", "Pacific/Guam Pacific/Saipan"],
  [
    "3600:CET 7200:EET<386463600 7200:CEST<641775600 7200:EET<860108400 7200:CEST<875916000 7200:EET<1364515200 7200:CEST<1382659200 7200:EET",
    "Africa/Tripoli Libya",
  ],
  ["7200:CAT 10800:CAST<947930400 10800:EAT", "Africa/Juba Africa/Khartoum"],
  ["7200:EET 10800:MSK<606870000 10800:EEST 14400:MSD", "Europe/Riga Europe/Tallinn"],
  ["7200:EET 10800:MSK<641944800 10800:EEST 14400:MSD", "Europe/Chisinau Europe/Tiraspol"],
  ["7200:EET 10800:MSK<670374000 10800:EEST<695779200 10800:MSK 14400:MSD<1301180400 14400:MSK", "Europe/Moscow W-SU"],
  ["7200:IST<820447200 7200:EET 10800:IDT<828655200 10800:EEST", "Asia/Gaza Asia/Hebron"],
  ["-14400:AST -10800:ADT -7200:ADDT", "America/Goose_Bay"],
  ["-18000:EST -14400:AST", "America/Santo_Domingo"],
  ["-18000:EST -14400:EDT<1425798000 -14400:AST<1520751600 -14400:EDT", "America/Grand_Turk"],
  ["-21600:CST -18000:CDT<247042800 -18000:EST<1143961200 -18000:CDT<1194159600 -18000:EST -14400:EDT", "America/Indiana/Petersburg"],
  ["-21600:CST -18000:CDT<972802800 -18000:EST -14400:EDT", "America/Kentucky/Monticello"],
  ["-21600:CST -18000:CDT<972802800 -18000:EST<986112000 -18000:CDT", "America/Rankin_Inlet"],
  ["-21600:CST -18000:CDT<972802800 -18000:EST<986112000 -18000:CDT<1162105200 -18000:EST<1173600000 -18000:CDT", "America/Resolute"],
  ["-21600:CST -18000:EST<104914800 -18000:CDT", "America/Menominee"],
  ["-21600:CST -18000:EST<1143961200 -18000:CDT -14400:EDT", "America/Indiana/Tell_City"],
  ["-21600:CST -18000:EST<1143961200 -18000:CDT<1194156000 -18000:EST -14400:EDT", "America/Indiana/Winamac"],
  ["-21600:CST -18000:EST<1143961200 -18000:CDT<1194159600 -18000:EST -14400:EDT", "America/Indiana/Vincennes"],
  ["-21600:CST -18000:EST<290584800 -18000:CDT<694260000 -18000:EST<1113112800 -18000:CDT", "America/Managua"],
  ["-21600:CST -18000:EST<828864000 -18000:CDT", "America/Merida"],
  ["-21600:CST -18000:EST<828864000 -18000:CDT<877849200 -18000:EST<902037600 -18000:CDT<1422777600 -18000:EST -14400:EDT", "America/Cancun"],
  ["-25200:MST -21600:CST", "America/Swift_Current"],
  ["-25200:MST -21600:CST<891766800 -21600:MDT<1667116800 -21600:CST<1678611600 -21600:MDT -18000:CDT", "America/Ciudad_Juarez"],
  ["-25200:MST -21600:MDT<1067155200 -21600:CST -18000:CDT", "America/North_Dakota/New_Salem"],
  ["-25200:MST -21600:MDT<1288508400 -21600:CST -18000:CDT", "America/Bahia_Banderas"],
  ["-25200:MST -21600:MDT<1289116800 -21600:CST -18000:CDT", "America/North_Dakota/Beulah"],
  ["-25200:MST -21600:MDT<720000000 -21600:CST -18000:CDT", "America/North_Dakota/Center"],
  ["-25200:MST -21600:MDT<941356800 -21600:CST<986115600 -21600:MDT -18000:CDT<972802800 -18000:EST", "America/Cambridge_Bay"],
  ["-2670:MMT 0:GMT", "Africa/Monrovia"],
  ["-28800:PST -25200:PDT<1425808800 -25200:MST", "America/Fort_Nelson"],
  ["-28800:PST -25200:PDT<309945600 -25200:MST -21600:MDT", "America/Inuvik"],
  ["-28800:PST -25200:PDT<84013200 -25200:MST", "America/Dawson_Creek"],
  ["-32400:AKST -28800:PST<1457866800 -28800:AKDT<1541325600 -28800:PST<1552215600 -28800:AKDT -25200:PDT", "America/Metlakatla"],
  ["-32400:YST -28800:PST -25200:PDT<1604214000 -25200:MST", "America/Dawson"],
  ["-32400:YST<439030800 -32400:AKST -28800:PST<325677600 -28800:YDT<341402400 -28800:PST<452084400 -28800:AKDT -25200:PDT", "America/Juneau"],
  ["-32400:YST<439030800 -32400:AKST -28800:PST<452084400 -28800:AKDT -25200:PDT", "America/Sitka"],
  ["-32400:YST<439030800 -32400:AKST -28800:YDT<452084400 -28800:AKDT", "America/Yakutat"],
  ["-39600:BST -36000:BDT -32400:YST<439030800 -32400:AKST -28800:AKDT", "America/Nome"],
  ["0:+00<725421600 0:WET<740278800 0:+00 3600:WEST", "Atlantic/Azores"],
  ["0:-00<1108166400 0:+00", "Antarctica/Troll"],
  ["0:GMT 3600:WAT", "Africa/Sao_Tome"],
  ["0:WET 3600:WEST<246236400 3600:CET<325468800 3600:WEST<357523200 3600:CET 7200:CEST", "Africa/Algiers"],
  ["0:WET 3600:WEST<448243200 3600:CET 7200:CEST", "Africa/Ceuta"],
  ["10800:MSK 14400:+04<575416800 14400:MSD<670374000 14400:+04<701820000 14400:MSD<1301180400 14400:MSK<1540681200 14400:+04", "Europe/Volgograd"],
  ["10800:MSK 14400:+04<606866400 14400:MSD<670374000 14400:+04<701820000 14400:MSD<1301180400 14400:MSK", "Europe/Kirov"],
  ["18000:+05<38775600 18000:PKT 21600:PKST", "Asia/Karachi"],
  ["25200:WIB", "Asia/Jakarta"],
  ["25200:WIB 28800:WITA", "Asia/Pontianak"],
  ["28800:PST 32400:PDT", "Asia/Manila"],
  ["30600:KST 32400:KST", "Asia/Pyongyang"],
  ["32400:WIT", "Asia/Jayapura"],
  ["3600:CET 7200:EET<891133200 7200:CEST<941331600 7200:EET 10800:MSK<606870000 10800:EEST 14400:MSD", "Europe/Vilnius"],
  ["3600:MET 7200:MEST", "MET"],
  ["3600:WAT 7200:SAST<637970400 7200:CAT", "Africa/Windhoek"],
  ["3600:WAT 7200:WAST", "Africa/Ndjamena"],
  ["7200:EET 10800:EEST<1473282000 10800:+03<1521939600 10800:EEST", "Asia/Famagusta"],
  ["7200:EET 10800:EEST<1666904400 10800:+03", "Asia/Damascus"],
  ["7200:EET 10800:EEST<1666908000 10800:+03", "Asia/Amman"],
  ["7200:EET 10800:MSK<606870000 10800:EEST<1301184000 10800:+03 14400:MSD", "Europe/Kaliningrad"],
  ["7200:EET 10800:MSK<670374000 10800:EEST<1301184000 10800:+03 14400:MSD", "Europe/Minsk"],
  ["7200:EET 10800:MSK<701827200 10800:EEST<780447600 10800:MSK<859683600 10800:EEST<1414274400 10800:MSK 14400:MSD<1396137600 14400:MSK", "Europe/Simferopol"],
  [
    "",
    "Africa/Casablanca Africa/El_Aaiun America/Araguaina America/Argentina/Buenos_Aires America/Argentina/Catamarca America/Argentina/ComodRivadavia " +
      "America/Argentina/Cordoba America/Argentina/Jujuy America/Argentina/La_Rioja America/Argentina/Mendoza America/Argentina/Rio_Gallegos " +
      "America/Argentina/Salta America/Argentina/San_Juan America/Argentina/San_Luis America/Argentina/Tucuman America/Argentina/Ushuaia America/Asuncion " +
      "America/Bahia America/Belem America/Boa_Vista America/Bogota America/Buenos_Aires America/Campo_Grande America/Caracas America/Catamarca " +
      "America/Cayenne America/Cordoba America/Coyhaique America/Cuiaba America/Eirunepe America/Fortaleza America/Godthab America/Guayaquil America/Guyana " +
      "America/Jujuy America/La_Paz America/Lima America/Maceio America/Manaus America/Mendoza America/Montevideo America/Noronha America/Nuuk " +
      "America/Paramaribo America/Porto_Acre America/Porto_Velho America/Punta_Arenas America/Recife America/Rio_Branco America/Rosario America/Santarem " +
      "America/Santiago America/Sao_Paulo America/Scoresbysund Antarctica/Casey Antarctica/Davis Antarctica/DumontDUrville Antarctica/Mawson " +
      "Antarctica/Palmer Antarctica/Syowa Asia/Aden Asia/Almaty Asia/Anadyr Asia/Aqtau Asia/Aqtobe Asia/Ashgabat Asia/Ashkhabad Asia/Atyrau Asia/Baghdad " +
      "Asia/Bahrain Asia/Baku Asia/Bangkok Asia/Barnaul Asia/Bishkek Asia/Brunei Asia/Chita Asia/Choibalsan Asia/Colombo Asia/Dacca Asia/Dhaka Asia/Dili " +
      "Asia/Dubai Asia/Dushanbe Asia/Ho_Chi_Minh Asia/Hovd Asia/Irkutsk Asia/Kabul Asia/Kamchatka Asia/Kashgar Asia/Kathmandu Asia/Katmandu Asia/Khandyga " +
      "Asia/Krasnoyarsk Asia/Kuala_Lumpur Asia/Kuching Asia/Kuwait Asia/Magadan Asia/Muscat Asia/Novokuznetsk Asia/Novosibirsk Asia/Omsk Asia/Oral " +
      "Asia/Phnom_Penh Asia/Qatar Asia/Qostanay Asia/Qyzylorda Asia/Rangoon Asia/Riyadh Asia/Saigon Asia/Sakhalin Asia/Samarkand Asia/Singapore " +
      "Asia/Srednekolymsk Asia/Tashkent Asia/Tbilisi Asia/Tehran Asia/Thimbu Asia/Thimphu Asia/Tomsk Asia/Ulaanbaatar Asia/Ulan_Bator Asia/Urumqi " +
      "Asia/Ust-Nera Asia/Vientiane Asia/Vladivostok Asia/Yakutsk Asia/Yangon Asia/Yekaterinburg Asia/Yerevan Atlantic/Cape_Verde Atlantic/South_Georgia " +
      "Atlantic/Stanley Australia/Eucla Brazil/Acre Brazil/DeNoronha Brazil/East Brazil/West Chile/Continental Chile/EasterIsland Etc/GMT+1 Etc/GMT+10 " +
      "Etc/GMT+11 Etc/GMT+12 Etc/GMT+2 Etc/GMT+3 Etc/GMT+4 Etc/GMT+5 Etc/GMT+6 Etc/GMT+7 Etc/GMT+8 Etc/GMT+9 Etc/GMT-1 Etc/GMT-10 Etc/GMT-11 Etc/GMT-12 " +
      "Etc/GMT-13 Etc/GMT-14 Etc/GMT-2 Etc/GMT-3 Etc/GMT-4 Etc/GMT-5 Etc/GMT-6 Etc/GMT-7 Etc/GMT-8 Etc/GMT-9 Europe/Astrakhan Europe/Samara Europe/Saratov " +
      "Europe/Ulyanovsk Indian/Chagos Indian/Christmas Indian/Cocos Indian/Kerguelen Indian/Mahe Indian/Maldives Indian/Mauritius Indian/Reunion Iran " +
      "Kwajalein NZ-CHAT Pacific/Apia Pacific/Bougainville Pacific/Chatham Pacific/Chuuk Pacific/Easter Pacific/Efate Pacific/Enderbury Pacific/Fakaofo " +
      "Pacific/Fiji Pacific/Funafuti Pacific/Galapagos Pacific/Gambier Pacific/Guadalcanal Pacific/Kanton Pacific/Kiritimati Pacific/Kosrae Pacific/Kwajalein " +
      "Pacific/Majuro Pacific/Marquesas Pacific/Nauru Pacific/Niue Pacific/Norfolk Pacific/Noumea Pacific/Palau Pacific/Pitcairn Pacific/Pohnpei " +
      "Pacific/Ponape Pacific/Port_Moresby Pacific/Rarotonga Pacific/Tahiti Pacific/Tarawa Pacific/Tongatapu Pacific/Truk Pacific/Wake Pacific/Wallis " +
      "Pacific/Yap Singapore",
  ],
];

/** What a zone calls an offset until a moment, in seconds since 1970. */
export interface Abbreviation {
  readonly offset: number;
  readonly name: string;
  readonly until: number;
}

const PAIR = /([^ :]+):([^ <]+)(?:<(\d+))?/g;
let zones: ReadonlyMap<string, string> | undefined;

/** Abbreviations of a zone, of each offset in the order of time; undefined for a name that is no zone (case matters). */
export function zoneAbbreviations(name: string): readonly Abbreviation[] | undefined {
  zones ??= new Map(ROWS.flatMap(([abbreviations, names]) => names.split(" ").map((zone) => [zone, abbreviations] as const)));
  const text = zones.get(name);
  if (text === undefined) return undefined;
  return Array.from(text.matchAll(PAIR), ([, offset = "0", abbreviation = "", until]) => ({ offset: Number(offset), name: abbreviation, until: until === undefined ? Infinity : Number(until) }));
}
