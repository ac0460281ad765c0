/**
 * Cities that card networks write after a merchant's name. The list holds large cities only. A small city stays in
 * the merchant's key, which may split one merchant in two but never joins two merchants.
 */
const cityNames = `
toronto|north york|scarborough|etobicoke|mississauga|brampton|markham|vaughan|oakville|burlington|hamilton|ottawa
|kitchener|waterloo|windsor|montreal|laval|quebec city|longueuil|gatineau|calgary|edmonton|vancouver|burnaby|surrey
|victoria|winnipeg|regina|saskatoon|halifax
|new york|brooklyn|los angeles|san francisco|san jose|san diego|oakland|sacramento|seattle|bellevue|redmond|portland
|las vegas|phoenix|denver|dallas|houston|austin|san antonio|fort worth|chicago|minneapolis|detroit|cleveland|columbus
|cincinnati|st louis|kansas city|nashville|memphis|atlanta|miami|orlando|tampa|charlotte|raleigh|philadelphia
|pittsburgh|baltimore|boston|wilmington|newark|jersey city|salt lake city|indianapolis|milwaukee|new orleans
|london|birmingham|manchester|leeds|liverpool|bristol|sheffield|newcastle|nottingham|leicester|coventry|oxford
|cambridge|reading|southampton|portsmouth|brighton|edinburgh|glasgow|cardiff|belfast|dublin|luxembourg
|johannesburg|cape town|durban|pretoria|sandton|randburg|centurion|sydney|melbourne|brisbane|perth|adelaide|auckland
|wellington|berlin|hamburg|munchen|münchen|munich|koln|köln|frankfurt|stuttgart|dusseldorf|düsseldorf|leipzig|wien
|zurich|zürich|geneve|genève|paris|lyon|marseille|amsterdam|rotterdam|brussels|bruxelles|antwerpen|madrid|barcelona
|lisboa|porto|milano|roma|torino|kobenhavn|københavn|stockholm|oslo|helsinki|warszawa|praha|budapest|singapore|tokyo`;

/** States, provinces and countries, by their names and by the abbreviations that postal services use. */
const regionNames = `
on qc bc ab mb sk ns nb nl pe nt yt nu
al ak az ar ca co ct de fl ga hi id il in ia ks ky la me md ma mi mn ms mo mt ne nv nh nj nm ny nc nd oh ok or pa ri
sc sd tn tx ut vt va wa wv wi wy dc
nsw vic qld tas act
us usa can gb gbr uk ie irl za zaf au aus nz nzl de deu fr fra nl nld be bel lu lux ch che at aut es esp it ita
canada ontario quebec`;

export const cities: ReadonlySet<string> = new Set(cityNames.split('|').map((name) => name.trim()));

export const regions: ReadonlySet<string> = new Set(regionNames.trim().split(/\s+/u));

/** The longest name of a city above. */
export const maxCityWords = 3;
