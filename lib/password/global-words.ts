/**
 * The words on which too many passwords are built, in every organisation: the global list of the banned-password
 * evaluation. Ours, made by looking at what stands most often at the beginning of known passwords; not complete and not
 * meant to be, since whole passwords are looked up in the lists of `breached.ts`. Disguises (`p@ssw0rd`) are found
 * without being listed. Each word has at least four characters: shorter ones stand in too many good passwords. Years are
 * left out, so that the documented examples of the evaluation come out as documented.
 */
export const globalWords: readonly string[] = `
  password passwort passwords passcode passphrase passwd contrasena motdepasse senha parola wachtwoord kennwort
  secret geheim secreto private secure security login logon signin access account admin administrator root superuser
  user username guest welcome willkommen bienvenue bienvenido hello hallo letmein openup opensesame changeme change
  changeit default temp temporary test testing tester demo sample example unknown nothing whatever blank none
  master server system service support helpdesk computer laptop desktop windows microsoft office outlook google apple
  iphone android samsung facebook instagram twitter youtube linkedin amazon netflix internet network wifi router cisco
  oracle database linux ubuntu debian docker github

  qwerty qwertz azerty qwer wert erty asdf sdfg zxcv zxcvbn asdfgh asdfghjkl qwertyuiop qazwsx wsxedc qweasd qweasdzxc
  zaqwsx zaq1 1qaz 2wsx 3edc qwert asdfg poiuy lkjh mnbvcxz abcd abcde abcdef abcdefg bcde 1234 12345 123456 1234567
  12345678 123456789 1234567890 0123 2345 3456 4567 5678 6789 7890 0987 9876 8765 7654 6543 5432 4321 54321 654321
  98765 0000 1111 2222 3333 4444 5555 6666 7777 8888 9999 00000 11111 111111 000000 123123 121212 112233 123321 696969
  123qwe qwe123 abc123 1q2w 1q2w3e 1q2w3e4r q1w2 q1w2e3 q1w2e3r4 aaaa bbbb xxxx zzzz

  spring summer autumn winter fall season january february march april june july august september october november
  december monday tuesday wednesday thursday friday saturday sunday weekend holiday vacation christmas easter
  halloween birthday newyear morning evening tonight today tomorrow yesterday sommer herbst fruehling montag freitag
  januar februar oktober dezember

  love iloveyou loveyou lovely lover sweet sweetie honey darling baby babygirl angel heart forever friend friends family
  mother father mommy daddy brother sister princess prince queen king hero superman batman spiderman ironman wonder
  monster dragon phoenix tiger lion wolf eagle falcon hawk shark dolphin panda monkey bear kitty kitten puppy doggy
  horse pony rabbit bunny turtle snake spider butterfly chicken
  football soccer baseball basketball hockey tennis golf rugby cricket running champion winner player gamer gaming
  pokemon pikachu minecraft fortnite starwars skywalker matrix gandalf hobbit legend ninja samurai pirate wizard magic
  shadow hunter ranger warrior soldier sniper killer devil demon ghost death

  sunshine sunny rainbow flower rose lily daisy jasmine garden ocean river mountain island beach forest thunder
  lightning storm snow star stars moon galaxy planet universe earth heaven paradise dream dreams freedom liberty peace
  victory power energy fire silver golden gold diamond crystal purple orange yellow green blue black white pink
  banana cherry strawberry chocolate cookie cookies coffee cheese pizza pepper ginger vanilla sugar candy butter bacon
  burger beer wine whiskey vodka

  money dollar million lucky rich rockstar guitar music piano drummer metal rocker party dance disco hiphop elvis
  beatles nirvana metallica slipknot eminem madonna
  ferrari porsche mercedes bmwx audi volkswagen toyota honda nissan mustang corvette camaro harley yamaha kawasaki
  ducati suzuki
  chelsea arsenal liverpool manchester barcelona realmadrid juventus bayern dortmund schalke celtic rangers yankees
  cowboys steelers packers lakers raiders patriots dodgers
  london paris berlin madrid rome vienna moscow tokyo sydney newyork chicago boston dallas houston texas california
  florida america england germany deutschland france spain italia italy canada australia brazil mexico india china
  japan russia poland sweden norway

  michael jennifer jessica michelle ashley amanda daniel andrew joshua matthew anthony robert thomas charlie jordan
  hannah nicole samantha elizabeth stephanie melissa patricia alexander alexandra benjamin christian jonathan nicholas
  william richard maggie taylor buster george maria anna sophie peter martin stefan andrea

  work working company business enterprise corporate manager director employee finance sales marketing accounting
  payroll human resources staff team meeting project customer student teacher school college university hospital
  doctor nurse police boss chef
`
  .split(/\s+/)
  .filter((word) => word !== '')
