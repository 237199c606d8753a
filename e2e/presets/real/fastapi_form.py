# FastAPI with the OAuth2 password form of its tutorial, and the refresh that apps add to it: each token is good once.
# https://fastapi.tiangolo.com/tutorial/security/oauth2-jwt/
import asyncio
import socket
import sys
from datetime import datetime, timedelta
from os import _exit
from threading import Thread
from uuid import uuid4

import jwt
import uvicorn
from fastapi import Body, Depends, FastAPI, HTTPException, status
from fastapi.security import OAuth2PasswordBearer, OAuth2PasswordRequestForm

SECRET_KEY = 'a key of a server that nobody else can reach'
ALGORITHM = 'HS256'
USERS = {'alice': 'secret', 'bob': 'secret'}

app = FastAPI()
oauth2_scheme = OAuth2PasswordBearer(tokenUrl='token')
access_token_seconds = 300
refresh_tokens = {}


def create_access_token(data: dict, expires_delta: timedelta):
    to_encode = data.copy()
    to_encode.update({'exp': datetime.utcnow() + expires_delta})
    return jwt.encode(to_encode, SECRET_KEY, algorithm=ALGORITHM)


async def get_current_user(token: str = Depends(oauth2_scheme)):
    credentials_exception = HTTPException(
        status_code=status.HTTP_401_UNAUTHORIZED,
        detail='Could not validate credentials',
        headers={'WWW-Authenticate': 'Bearer'},
    )
    try:
        username = jwt.decode(token, SECRET_KEY, algorithms=[ALGORITHM]).get('sub')
    except jwt.PyJWTError:
        raise credentials_exception
    if username not in USERS:
        raise credentials_exception
    return username


def tokens_of(username: str):
    refresh_token = uuid4().hex
    refresh_tokens[refresh_token] = username
    access_token = create_access_token({'sub': username}, timedelta(seconds=access_token_seconds))
    return {'access_token': access_token, 'refresh_token': refresh_token, 'token_type': 'bearer'}


@app.post('/token')
async def login_for_access_token(form_data: OAuth2PasswordRequestForm = Depends()):
    if USERS.get(form_data.username) != form_data.password:
        raise HTTPException(
            status_code=status.HTTP_401_UNAUTHORIZED,
            detail='Incorrect username or password',
            headers={'WWW-Authenticate': 'Bearer'},
        )
    return tokens_of(form_data.username)


@app.post('/token/refresh')
async def refresh(refresh_token: str = Body(embed=True)):
    username = refresh_tokens.pop(refresh_token, None)
    if username is None:
        raise HTTPException(status_code=status.HTTP_401_UNAUTHORIZED, detail='Invalid refresh token')
    return tokens_of(username)


@app.get('/api/users/me')
async def read_users_me(username: str = Depends(get_current_user)):
    return {'user': username}


@app.post('/test/lifetime')
async def lifetime(seconds: int = Body(embed=True)):
    global access_token_seconds
    access_token_seconds = seconds


@app.post('/test/end-sessions')
async def end_sessions():
    refresh_tokens.clear()


def ends_with_its_parent():
    sys.stdin.read()
    _exit(0)


Thread(target=ends_with_its_parent, daemon=True).start()
listener = socket.create_server(('127.0.0.1', 0))
print(f'http://127.0.0.1:{listener.getsockname()[1]}', flush=True)
server = uvicorn.Server(uvicorn.Config(app, log_level='warning'))
asyncio.run(server.serve(sockets=[listener]))
