// NestJS as its documentation says it, with the endpoints and answers of brocoders/nestjs-boilerplate: the refresh token is
// the bearer of `refresh`, and holds a session's hash that is good once.
// https://docs.nestjs.com/security/authentication
import 'reflect-metadata'
import { randomUUID } from 'node:crypto'
import {
  Body,
  Controller,
  Get,
  HttpCode,
  Inject,
  Injectable,
  Module,
  Post,
  Req,
  UnauthorizedException,
  UnprocessableEntityException,
  UseGuards,
  type CanActivate,
  type ExecutionContext,
} from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { JwtModule, JwtService } from '@nestjs/jwt'

const ACCESS = { secret: 'an access secret of a server that nobody else can reach' }
const REFRESH = { secret: 'a refresh secret of a server that nobody else can reach' }

interface Claims {
  /** The user's, in access tokens. */
  id?: string
  sessionId: string
  /** In refresh tokens. */
  hash?: string
}

interface GuardedRequest {
  headers: { authorization?: string }
  user?: Claims
}

@Injectable()
class Sessions {
  /** s */
  lifetime = 300
  readonly #sessions = new Map<string, { id: string; hash: string }>()
  readonly #jwt: JwtService

  constructor(@Inject(JwtService) jwt: JwtService) {
    this.#jwt = jwt
  }

  async issue(id: string, sessionId: string): Promise<object> {
    const hash = randomUUID()
    this.#sessions.set(sessionId, { id, hash })
    const tokenExpires = Date.now() + this.lifetime * 1000
    const [token, refreshToken] = await Promise.all([
      this.#jwt.signAsync({ id, sessionId }, { ...ACCESS, expiresIn: this.lifetime }),
      this.#jwt.signAsync({ sessionId, hash }, { ...REFRESH, expiresIn: '10y' }),
    ])
    return { token, refreshToken, tokenExpires }
  }

  /** @throws UnauthorizedException for a hash that is spent, and where the session is over */
  refresh({ sessionId, hash }: Claims): Promise<object> {
    const session = this.#sessions.get(sessionId)
    if (!session || session.hash !== hash) throw new UnauthorizedException()
    return this.issue(session.id, sessionId)
  }

  end({ sessionId }: Claims): void {
    this.#sessions.delete(sessionId)
  }

  endAll(): void {
    this.#sessions.clear()
  }
}

/** @throws UnauthorizedException where the bearer is none of ours, or has expired */
async function verifyBearer(
  jwt: JwtService,
  context: ExecutionContext,
  options: { secret: string },
): Promise<true> {
  const request = context.switchToHttp().getRequest<GuardedRequest>()
  const [type, token] = request.headers.authorization?.split(' ') ?? []
  if (type !== 'Bearer' || token === undefined) throw new UnauthorizedException()
  try {
    request.user = await jwt.verifyAsync<Claims>(token, options)
  } catch {
    throw new UnauthorizedException()
  }
  return true
}

@Injectable()
class AccessGuard implements CanActivate {
  readonly #jwt: JwtService
  constructor(@Inject(JwtService) jwt: JwtService) {
    this.#jwt = jwt
  }
  canActivate = (context: ExecutionContext): Promise<true> => verifyBearer(this.#jwt, context, ACCESS)
}

@Injectable()
class RefreshGuard implements CanActivate {
  readonly #jwt: JwtService
  constructor(@Inject(JwtService) jwt: JwtService) {
    this.#jwt = jwt
  }
  canActivate = (context: ExecutionContext): Promise<true> => verifyBearer(this.#jwt, context, REFRESH)
}

function userOf({ user }: GuardedRequest): Claims {
  if (!user) throw new UnauthorizedException()
  return user
}

@Controller('api/v1')
class AuthController {
  readonly #sessions: Sessions
  constructor(@Inject(Sessions) sessions: Sessions) {
    this.#sessions = sessions
  }

  @Post('auth/email/login')
  @HttpCode(200)
  async login(@Body() body: { email: string; password: string }): Promise<object> {
    if (body.password !== 'secret')
      throw new UnprocessableEntityException({ status: 422, errors: { password: 'incorrectPassword' } })
    return { ...(await this.#sessions.issue(body.email, randomUUID())), user: { id: body.email } }
  }

  @Post('auth/refresh')
  @UseGuards(RefreshGuard)
  @HttpCode(200)
  refresh(@Req() request: GuardedRequest): Promise<object> {
    return this.#sessions.refresh(userOf(request))
  }

  @Post('auth/logout')
  @UseGuards(AccessGuard)
  @HttpCode(204)
  logout(@Req() request: GuardedRequest): void {
    this.#sessions.end(userOf(request))
  }

  @Get('me')
  @UseGuards(AccessGuard)
  me(@Req() request: GuardedRequest): object {
    return { user: userOf(request).id }
  }
}

@Controller('test')
class TestController {
  readonly #sessions: Sessions
  constructor(@Inject(Sessions) sessions: Sessions) {
    this.#sessions = sessions
  }

  @Post('lifetime')
  lifetime(@Body() { seconds }: { seconds: number }): void {
    this.#sessions.lifetime = seconds
  }

  @Post('end-sessions')
  endSessions(): void {
    this.#sessions.endAll()
  }
}

@Module({
  imports: [JwtModule.register({ global: true })],
  controllers: [AuthController, TestController],
  providers: [Sessions, AccessGuard, RefreshGuard],
})
class AppModule {}

const app = await NestFactory.create(AppModule, { logger: ['error', 'fatal'] })
await app.listen(0, '127.0.0.1')
console.log(await app.getUrl())
// Ends with the test that has started it.
process.stdin.on('end', () => process.exit()).resume()
