"""Names as schools, shops and agencies bear them, made up or typed anew: all may be printed."""

GOOD_NAMES = """
Lincoln High School
St. Mary’s Academy
St. Mary's Academy
Three Rivers High School
Twentynine Palms High School
P.S. 118
PS 118
P.S.118 Queens
Local 79
I.S. 61
J.H.S. 14 Bronx
U.S.A. Karate Center
The D.C. Bakery
Ysleta ISD
Joe's Coffee & Tea
Joe’s Diner (Route 66)
Tenth Street Market
First Baptist Church
Second Avenue Deli
Fifth Third Community Bank
Seventh-day Adventist School
Stone Ridge Elementary
Everett Middle School
Often & Again Books
Weight Room Gym
Height Street Pharmacy
Freight House Station
Antonio Vargas Prep
Unosville Library
Someone’s Kitchen
Tenafly Tennis Club
Phoneix Union Clinic
Signal Hill High School
Signal Mountain Library
Telegraph Road Grocery
Call to Action Church
Federal Way High School
Federal Hill Prep
Rosie’s Ice Cream
Polar Ice House
Stevens Point High School
Dot’s Diner
K-8 Center for the Arts
4-H Club of Polk County
Studio 54 Dance
Pier 39 Bakery
Highway 101 Diner
21st Century Academy
Martin Luther King Jr. High School
Dr. Martin Luther King, Jr. Elementary
J.P. Morgan Library
Ph.D. Tutors
W.E.B. Du Bois School
Smith & Co. Hardware
A&W Market
Barnes & Sons
Sisters of Mercy Shelter
Amazing Grace Church
Bethlehem House – Women’s Shelter
Ninth Ward Tenants’ Union
Mosaic Family Services
North-East Legal Aid
O’Hare Travelers Aid
McCallum High School
Calloway County Schools
Textile Workers’ Union
Context Bookshop
Mobile County Library
Chattanooga Central High
Chatham Square Clinic
Marcallo Studio
Contact Theatre
Icebox Café
Justice for Juniors
Officials’ Row Museum
Policewoman Alley Books
Cosmopolitan Nails
Acropolis Grill
Napoli Center
Twin Oaks
Teen Center of Biloxi
Ten Thousand Villages
Double Tree Lodge
One World Academy
Zero Mile Post Café
Eleven Madison Flowers
Hundred Acre Farm
Forty Fort Borough Library
Sixmile Creek School
Nineveh Elementary
Seven Hills School
Five Points Barbershop
Tree House Preschool
Too Good to Waste
Oh My Goodness Bakery
Mt. Zion A.M.E. Church
Camp Lejeune High School
Hawaiʻi Preparatory Academy
Kamehameha Schools – Kapālama
École Sainte-Anne
Lycée Français de Chicago
Collège Notre-Dame du Sacré-Cœur
La Maison d’Espoir
Boulangerie Six Frères
Association des Femmes de Lyon
Universidad de las Artes de la Paz
Escuela Primaria Benito Juárez
Escuela 16 de Septiembre
Colegio 20 de Julio
Instituto Tres Marías
Panadería Dos Hermanas
Taquería El Último Tren
Iglesia de la Santísima Trinidad
Clínica del Pueblo
Peña’s Abarrotes
Lima Peruvian Kitchen
Isa Lei Beauty Salon
Nova Esperança Escola Municipal
Padaria Pão com Amor
Colégio São José
Igreja Um Só Corpo
Casa das Sete Mulheres
Dois Irmãos Padaria
Lekòl Sen Mari
Legliz Batis Bon Samariten
Fanmi Ayisyen nan Miyami
Trường Trung học Lê Lợi
Trường Hai Bà Trưng
Trường Ba Đình
Chùa Một Cột
Phở Năm Sao
Việt Nam Thư Quán
Bánh Mì Ba Lẹ
Mái ấm Tình Thương
Paaralang Elementarya ng Rizal
Simbahan ng San Isidro
Kapatiran Pilipino
Bahay Kubo Restawran
Iskuulka Sare ee Banaadir
Masjidka Al-Nuur
Xarunta Haweenka Soomaaliyeed
Школа имени Пушкина
Средняя школа 57
Гастроном Три медведя
Приход Святого Николая
Пекарня «Колос»
Центр «Надія»
Дім родини
Українська школа імені Шевченка
Кав’ярня Львівська
Пам'ять Клуб
Церква Святої Трійці
Παιδικός Σταθμός Αθηνά
Ελληνικό Σχολείο
مدرسة النور
مدرسة الأمل الابتدائية
مطعم دمشق
مركز المرأة العربية
جمعية الرحمة
مخبز الإخوة الثلاثة
مدرسهٔ شهید بهشتی
کتاب‌خانهٔ مرکزی
دبیرستان البرز
نان‌وایی سنگک
نو بہار اسکول
مدرسہ عائشہ صدیقہ
لاہور کڑاہی
سرسید اکیڈمی
विद्या मंदिर विद्यालय
सरस्वती शिशु मंदिर
श्री कृष्ण मंदिर
अन्नपूर्णा भोजनालय
एक उम्मीद केंद्र
राष्ट्रीय महिला संघ
三河中学
第一中学
第三十五中学
三一教会
三河第二中学
圣玛丽学校
光华小学（东校区）
王记面馆
百货大楼
聖母瑪利亞中學
八達通餐廳
約翰·甘迺迪學校
三田学園
八千代市立図書館
さくら保育園
あさひベーカリー
スーパー・タナカ
カフェ ソレイユ
ドン・ボスコ学園
한빛고등학교
서울삼육초등학교
구이가
이모네 분식
새한교회
사이공 식당
이화여자대학교
โรงเรียนสวนกุหลาบ
โรงเรียนสามเสนวิทยาลัย
ร้านข้าวมันไก่
ศูนย์การเรียนชุมชน
วัดไทยลอสแอนเจลิส
ห้างทองเยาวราช
สมาคมสตรีไทย
វិទ្យាល័យព្រះស៊ីសុវត្ថិ
សាលាបឋមសិក្សា
វត្តខ្មែរ
ហាងកាហ្វេភ្នំពេញ
មជ្ឈមណ្ឌលស្ត្រី
የአዲስ አበባ ትምህርት ቤት
ቅዱስ ገብርኤል ቤተክርስቲያን
ሉሲ ምግብ ቤት
አርባ ምንጭ ካፌ
Escola Três Vendas
Sacred Heart “Sagrado”
One Hundred Oaks Mall
OOO Romashka
ABC学校
K歌坊
T恤店
Školka Čerešňa
Łódź Delicatessen
Straße Café
Żabka Market
Şişli Pide Evi
İzmir Simit
Ärzte Haus
Ñandú Tienda
Col·legi Sant Jordi
Bar-B-Q Palace
Vietnamese Martyrs Parish
Our Lady of La Vang
Temple Beth El
Beth-El Day School
Masjid Al-Noor
Gurdwara Sahib of Fremont
Wat Buddharam
Halal Guys Deli
Taste of Punjab
Chabad House
Y.W.C.A. of Gulfport
Boys & Girls Club
Goodwill (Downtown)
Rotary Club of Jackson
Teamsters Local 25
IBEW Local 480
UNITE HERE Local 11
District 65 Schools
Unit 4, Riverside Park
Terminal 5 Newsstand
Bay 12 Tire & Lube
Platform 9 Books
Union Station
Amherst Depot
Penn Station News
Fort Worth Central
Salt Lake Central Station
New Orleans Union Terminal
Nutrition for All
Food for Life
Read to Lead
Hope House
Polaris Peer Network
Haven Women’s Center
La Posada Inn
Motel Sunset
Motel 6
Super 8 Motel
Hotel Phoenician
The Message Parlor
Hotlanta Wings
Lifelines Ministry
Le Chat Noir
La Ligue de l’Enseignement
Numéro Un Coiffure
P.S. 118 O’Neil
King Edward VII School
Henry II Academy
Phi Kappa O
PS118 O’Neil
""".strip().splitlines()
