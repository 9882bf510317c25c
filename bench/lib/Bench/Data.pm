package Bench::Data;

# What is measured with: secrets, 10,000 API keys, 2,000 tokens, 10,000
# contacts, bodies, and requests made of them.  All of it lies in one
# directory, and is made anew each day.

use warnings;
use strict;

use Digest::SHA qw(sha256_hex sha256);
use JSON::PP ();

use Test::CRM::HTTP;
use Test::CRM::JWT;
use Test::CRM::Process qw(slurp spew);

use constant {
    KEYS     => 10_000,
    TOKENS   => 2_000,
    SLOW     => 1_000,          # RS256 and ES256
    CONTACTS => 10_000,
    WEEK     => 7 * 86_400,

    # bytes of the answer to a refresh
    TOKENS_LENGTH => 646,
};

our $dir;

my $json = JSON::PP->new->utf8->canonical;

my %size = ('400' => 400, '64k' => 65_536, '1m' => 1_048_576);

my @five = (correlationId => 'SO-101', srDate => '11-09-2021',
    source => 'Selfcare', destination => 'CRM', operation => 'orders');

# the smallest GIF, as NGINX's empty_gif has it
my $gif = pack 'H*', '47494638396101000100800100000000ffffff21f90401000001'
    . '002c00000000010001000002024c01003b';


sub key     { 'key-' . substr sha256_hex("key $_[0]"), 0, 32 }
sub sid     { substr sha256_hex("sid $_[0]"), 0, 32 }
sub cid     { sprintf 'C%07d', $_[0] }
sub phone   { sprintf '+3579%07d', $_[0] }


# Makes what is not there, or too old.

sub make {
    ($dir) = @_;

    my $made = sha256_hex(slurp(__FILE__));

    return if slurp("$dir/made") eq $made && -M "$dir/made" < 1;

    system('mkdir', '-p', "$dir/bodies", "$dir/sealed");
    spew("$dir/jwt.key", substr sha256_hex('jwt') . sha256_hex('key'), 0, 64);
    spew("$dir/secret", sha256_hex('secret'));
    spew("$dir/keys.map", join '', map { key($_) . " app;\n" }
        0 .. KEYS - 1);
    chmod 0600, "$dir/jwt.key", "$dir/secret";

    bodies();
    tokens();
    spew("$dir/store", store());
    spew("$dir/made", $made);
}


sub bodies {
    spew("$dir/empty.gif", $gif);
    spew("$dir/bodies/text.bin", 'x' x 400);

    for my $name (keys %size) {
        my $body = body($size{$name});
        my $sealed = qq({"response":{"success":"true","result":$body}});

        spew("$dir/bodies/json-$name.json", $body);
        spew("$dir/sealed/json-$name.json", $sealed);
        spew("$dir/bodies/sealed-$name.json", $sealed);
    }
}


# A CRM's answer of so many bytes: orders, and a remark that fills it up.

sub body {
    my ($size) = @_;

    my ($text, $n) = ('', 0);

    for (;;) {
        my $order = sprintf '{"id":"%s","number":%d,"state":"COMPLETED",'
            . '"total":%d.%02d,"is_paid":true,"discount":null,"items":'
            . '[{"name":"Data 5 GB \u20ac","quantity":1,"price":1.10}]}',
            substr(sha256_hex($n), 0, 16), 100_000 + $n, $n % 900, $n % 100;

        last if length($text) + length($order) > $size - 64;

        $text .= ',' if $n++;
        $text .= $order;
    }

    $text = qq({"orders":[$text],"remark":");

    return $text . '.' x ($size - 2 - length $text) . '"}';
}


sub tokens {
    my ($rs) = Test::CRM::JWT::pair('RS256', $dir);
    my ($es) = Test::CRM::JWT::pair('ES256', $dir);

    for my $kind ([ hs => 'HS512', slurp("$dir/jwt.key"), TOKENS ],
                  [ rs => 'RS256', $rs, SLOW ], [ es => 'ES256', $es, SLOW ])
    {
        my ($kid, $alg, $key, $n) = @$kind;

        spew("$dir/tokens.$kid", join '', map {
            Test::CRM::JWT::mint($alg, $key, { sub => cid($_),
                sid => sid($_), exp => time() + WEEK }, { kid => $kid })
                . "\n" } 0 .. $n - 1);
    }
}


# The store, as commands for redis-cli --pipe.

sub store {
    return join '', (map { api_key(key($_)) } 0 .. KEYS - 1),
        map { contact($_) } 0 .. CONTACTS - 1;
}


my $hash = crypt 'a right password', '$2b$10$benchbenchbenchbenchbe';

sub contact {
    my ($n) = @_;

    return command('HSET', 'crm:live:contact:{' . cid($n) . '}',
            title => 'MR', first_name => 'John', last_name => 'Smith',
            company_name => '', avatar => '', is_verified => 'true',
            mobile => phone($n), email => "c$n\@crm.com",
            organisations => '[]', state => 'active', password => $hash),
        command('SET', 'crm:live:identity:{PHONE:' . phone($n) . '}',
            cid($n)),
        command('SET', "crm:live:identity:{EMAIL:c$n\@crm.com}", cid($n));
}


sub api_key {
    return command('HSET', 'crm:apikey:{' . sha256_hex($_[0]) . '}',
        app => 'app', mode => 'live', apis => '*', state => 'active');
}


# What a store holds that has grown: so many API keys, sessions and
# revocations, of which the load uses the first key alone; and some contacts.

sub grown {
    my ($fh, %n) = @_;

    my $end = time() + WEEK;

    print $fh map { contact($_) } 0 .. 127;
    print $fh api_key(key($_)) for 0 .. ($n{keys} || 1) - 1;

    for my $i (1 .. $n{sessions} || 0) {
        my ($cid, $sid) = ("G$i", sid("g $i"));

        print $fh command('ZADD', "crm:live:sessions:{$cid}", $end, $sid),
            command('HSET', "crm:live:session:{$cid}:$sid", generation => 1,
                rotated => 1, app => 'app', device => '', created => 1);
    }

    # they end at different times, as sign-outs come
    print $fh command('ZADD', 'crm:revoked', $end + $_ % 86_400,
        's:' . sid("revoked $_")) for 1 .. $n{revocations} || 0;
}


sub command {
    return join "\r\n", '*' . @_, (map { ('$' . length, $_) } @_), '';
}


# Requests in turn.  A maker gets the path and the number of the row, and
# says the method, the path, the headers and the body.

my %token;

sub token {
    my ($kid, $n) = @_;

    my $list = $token{$kid} ||= [ split /\n/, slurp("$dir/tokens.$kid") ];

    return (Authorization => "Bearer $list->[$n % @$list]");
}


sub bearer {
    my ($kid, $path, $n) = @_;

    return (GET => $path, [ token($kid, $n) ]);
}


sub full {
    my ($keys, $path, $n) = @_;

    my $sub = cid($n % TOKENS);

    return (GET => $path =~ s/\{id\}/$sub/r, [ api_key => key($n % $keys),
        @five, token('hs', $n) ]);
}


sub post {
    my ($path, $body) = @_;

    return (POST => $path, [ api_key => key(0) ], $body);
}


my %maker = (
    token => sub { bearer('hs', @_) },
    rs    => sub { bearer('rs', @_) },
    es    => sub { bearer('es', @_) },
    full  => sub { full(KEYS, @_) },
    one   => sub { full(1, @_) },
    send  => sub { post($_[0], { send_method => 'SMS', credentials => [
                 { name => 'PHONE', value => phone($_[1] % CONTACTS) } ] }) },
);

my %rows = (token => TOKENS, rs => SLOW, es => SLOW, full => KEYS,
    one => TOKENS, send => CONTACTS);


sub rows {
    my ($kind, $path) = @_;

    return map { text($maker{$kind}->($path, $_)) } 0 .. $rows{$kind} - 1;
}


sub text {
    my ($method, $path, $headers, $body) = @_;

    return Test::CRM::HTTP->text($method, $path, headers => $headers,
        defined $body ? (json => $body) : ());
}


# Requests of the flows.

sub validation {
    my ($handle, $code) = @_;

    return text(post('/w5/contacts/validate-otp', { code => $code,
        credentials => [ { name => 'AUTH_OTP', value => $handle } ] }));
}


sub login {
    my ($n) = @_;

    return text(post('/w5/contacts/authenticate', { provider => 'EMAIL',
        username => 'c' . $n % CONTACTS . '@crm.com',
        password => 'a wrong password' }));
}


sub refreshes {
    my $token = join '.', 'v1.00000000', cid(0), sid(0), 1, 'x' x 43;

    return text(post('/w5/contacts/refresh', { refresh_token => $token }));
}


# the head of one, up to the number of Content-Length

sub refresh_head { (refreshes())[0] =~ /\A(.*Content-Length: )/s }


# Requests that an edge must refuse, and the status that says so.

sub refused {
    my ($kind, $path) = @_;

    my ($method, $target, $headers) = $maker{$kind}->($path, 0);
    my $with = sub {
        my ($name, $value) = @_;
        my %h = (@$headers, $name => $value);
        delete $h{$name} unless defined $value;
        return text($method, $target, [ %h ]);
    };
    my %h = @$headers;
    my $forged = $h{Authorization} =~ s/.{8}\z/AAAAAAAA/r;
    my @all = ([ 401 => $with->(Authorization => undef) ],
        [ 401 => $with->(Authorization => $forged) ]);

    return @all if $kind !~ /full|one/;
    return (@all, [ 401 => $with->(api_key => 'key-of-nobody') ],
        [ 400 => $with->(srDate => undef) ],
        [ 403 => $with->(token('hs', 1)) ]);
}


1;
